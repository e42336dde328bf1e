"""Cases of drug safety, of the disease list, of records, and of hard conflicts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from synth.diagnoses import entries, matches
from synth.planted.desk import Desk, whole
from synth.planted.limits import one_line
from synth.planted.pairs import CODE, first_code, stay_or_visit
from synth.planted.shelf import Row


def v11(desk: Desk, count: int) -> None:
    """A drug outside the disease's list charged in a visit for an outpatient special disease."""
    free = desk.items_where("list_type = '101' AND CAST(price_ref AS DOUBLE) BETWEEN 10 AND 300", 20)
    where = "r.variant = 'list' AND r.opsp_dise_code IN (SELECT opsp_dise_code FROM V11 WHERE variant = 'allow')"
    for number, row in enumerate((desk.rules_of("V11", count, where) * count)[:count]):
        disease = row["opsp_dise_code"]
        person, day = desk.person(age=61, row=row), desk.day()
        visit = desk.visit(person, "OPSP", day, ["I10.X00"], filler=0, dise_codg=disease)
        desk.further("filing_d", desk.profile.batches[0], filing_id=f"FO{person['person']}X{number}", psn_no=person["psn_no"],
                     filing_type="opsp", opsp_dise_code=disease, begndate="2022-01-01")  # fmt: skip
        line = desk.line(visit, free[number % len(free)])
        desk.fault("V11", row, visit, [line], whole(line))


def v19(desk: Desk, count: int) -> None:
    """A drug with no diagnosis of its label."""
    for row in desk.rules_of("V19", count * 2, "r.history_days IS NULL", CODE):
        outside = desk.diagnosis_outside(row["label_set"], row["uncertain_set"] or "R00-R99;Z03")
        visit_class = desk.class_for(row, "OTP", "IPT")
        if outside and visit_class and count:
            count -= one_line(desk, "V19", row, desk.person(age=45, row=row), visit_class, [outside]) is not None


def v20(desk: Desk, count: int) -> None:
    """A daily dose above the label, by what was charged or by the order."""
    for row in desk.rules_of("V20", count, "r.basis = 'charge'", CODE):
        item, dose = desk.item(row["med_list_codg"]), Decimal(row["unit_dose"])
        limit = Decimal(row["max_daily_dose"]) * Decimal(row["tolerance"] or 1)
        visit = dosed_visit(desk, row, "OTP", "OPSP")
        if visit and item:
            days = 2
            desk.fault("V20", row, visit, [desk.line(visit, item, int(limit * days / dose) + 2, prd_days=days)])
    for row in desk.rules_of("V20", max(1, count // 2), "r.basis = 'order'", CODE):
        item = desk.item(row["med_list_codg"])
        limit = Decimal(row["max_daily_dose"]) * Decimal(row["tolerance"] or 1)
        visit = dosed_visit(desk, row, "IPT")
        if visit and item:
            order(desk, visit, "O01", item.code, medn_used_sdose=limit, medn_used_dosunt=row["dose_unit"], medn_use_frqu="BID")
            line = desk.line(visit, item, 2, rx="O01")
            desk.fault("V20", row, visit, [line], whole(line) / 2)


def dosed_visit(desk: Desk, row: Row, *usual: str) -> Row | None:
    """A visit of a person inside the row's ages."""
    visit_class, inst = desk.class_for(row, *usual), desk.hospital_for(row)
    low, high = int(row["age_min"] or 0), int(row["age_max"] or 200)
    age = next((age for age in (45, low + 3, high - 3) if low + 3 <= age <= high - 3), None)
    if visit_class is None or inst is None or age is None:
        return None
    nights = 3 if visit_class == "IPT" else 0
    diagnoses = [desk.fitting_diagnosis(row["med_list_codg"])]
    return desk.visit(desk.person(age=age, row=row), visit_class, desk.day(), diagnoses, inst=inst, nights=nights)


def order(desk: Desk, visit: Row, number: str, code: str, **more: object) -> None:
    """An order of a planted visit."""
    given = {"drord_type": 2, "med_list_codg": code, "drord_isu_time": visit["begn_time"], "vali_flag": 1}
    desk.record("drord_d", visit, drord_no=number, **(given | more))


def v24(desk: Desk, count: int) -> None:
    """A drug in spite of a disease, an age or a pregnancy that forbids it."""
    for row in desk.rules_of("V24", count, "r.variant = 'diag'", CODE):
        forbidden = desk.diagnosis_in(row["contra_set"])
        fitting = desk.fitting_diagnosis(row["med_list_codg"])
        visit_class = desk.class_for(row, "IPT", "OTP")
        if forbidden and visit_class:
            one_line(desk, "V24", row, desk.person(row=row), visit_class, [fitting, forbidden])
    for row in desk.rules_of("V24", max(1, count // 3), "r.variant = 'matn'", CODE):
        item, visit_class = desk.item(row["med_list_codg"]), desk.class_for(row, "OTP", "IPT")
        if item and visit_class and desk.hospitals_for(row):
            diagnoses, state = [desk.fitting_diagnosis(item.code)], entries(row["matn_stas"])[0]
            nights = 2 * (visit_class == "IPT")
            visit = desk.visit(desk.person("2", 28, row), visit_class, desk.day(), diagnoses, nights=nights, matn_stas=state)
            line = desk.line(visit, item)
            desk.fault("V24", row, visit, [line], whole(line))


def v27(desk: Desk, count: int) -> None:
    """Charged without an order, more often than carried out, or after the order was stopped."""
    plain = "r.item_codes NOT LIKE '%*%'"
    for row in desk.rules_of("V27", count, f"r.variant = 'no_order' AND {plain}", first_code("item_codes")):
        ordered_visit(desk, row, None)
    for row in desk.rules_of("V27", count, f"r.variant = 'over_exec' AND {plain}", first_code("item_codes")):
        ordered_visit(desk, row, "O02", exec_cnt=2)
    for row in desk.rules_of("V27", count, f"r.variant = 'after_stop' AND {plain}", first_code("item_codes")):
        ordered_visit(desk, row, "O02", stopped=True)


def ordered_visit(desk: Desk, row: Row, number: str | None, exec_cnt: int | None = None, stopped: bool = False) -> None:
    """A stay with an order of something else, and (``number``) one for the item that the charge contradicts."""
    items = desk.known(row["item_codes"])
    visit = stay_or_visit(desk, row, [desk.fitting_diagnosis(items[0].code)], "IPT", nights=6) if items else None
    if visit is None:
        return
    order(desk, visit, "O01", desk.fillers[0].code)
    cnt, end = 1, None
    if exec_cnt:
        cnt = int(exec_cnt * Decimal(row["cnt_per_exec"]) + Decimal(row["tolerance_cnt"] or 0)) + 1
    if stopped:
        end = visit["begn_time"] + timedelta(hours=1)
    day = 4 if stopped and Decimal(row["grace_hours"] or 0) < 90 else 1
    if number:
        order(desk, visit, number, items[0].code, exec_cnt=exec_cnt, drord_endtime=end)
    line = desk.line(visit, items[0], cnt, day=day, rx=number)
    desk.fault("V27", row, visit, [line], None if exec_cnt else whole(line))


def v28(desk: Desk, count: int) -> None:
    """An examination without a report, a treatment without a record, an own-pay line without a consent."""
    plain = "r.item_codes NOT LIKE '%*%' AND CAST(r.max_delay_days AS INTEGER) <= 20"
    for variant in ("report", "record"):
        for row in desk.rules_of("V28", count, f"r.variant = '{variant}' AND {plain}", first_code("item_codes")):
            items, visit_class = desk.known(row["item_codes"]), desk.class_for(row, "IPT")
            if items and visit_class:
                diagnoses = [desk.fitting_diagnosis(items[0].code)]
                visit = desk.visit(
                    desk.person(row=row), visit_class, desk.day(early=True), diagnoses, inst=desk.hospital_for(row), nights=4
                )
                line = desk.line(visit, items[0])
                desk.fault("V28", row, visit, [line], whole(line))
                kept = visit_beside(desk, visit)
                day = f"{kept['begn_time']:%Y-%m-%d}"
                if variant == "report":
                    desk.record("report_d", kept, rpotc_no="RP1", med_list_codg=items[0].code, exam_date=day, rpt_date=day)
                else:
                    desk.record("record_d", kept, rec_sn="CR1", rec_type="course", rec_time=kept["begn_time"])
    for row in (desk.rules_of("V28", count, "r.variant = 'consent'") * count)[:count]:
        level, least = entries(row["chrgitm_lv"])[0], Decimal(row["min_amt"] or 0)
        dear = [item for item in desk.fillers if item.pric_micro >= least * 1_000_000] or desk.items_where(
            f"list_type IN ('301', '201') AND CAST(price_ref AS DOUBLE) BETWEEN {least + 1} AND 20000", 5
        )
        dear_visit = stay_or_visit(desk, row, ["I10.X00"], "IPT", "OTP", nights=3) if dear else None
        if dear_visit:
            line = desk.line(dear_visit, dear[desk.draw("dear", len(dear))], chrgitm_lv=f"0{int(level)}")
            share = whole(line) if level.endswith("3") else None
            desk.fault("V28", row, dear_visit, [line], share)
            signed = visit_beside(desk, dear_visit)
            desk.record("consent_d", signed, consent_sn="CS02", chrgitm_lv="02", sign_flag=1, sign_time=signed["begn_time"])


def visit_beside(desk: Desk, visit: Row) -> Row:
    """Somebody else's visit on the day: an institution that keeps no such record in the month at all is unknown to V28."""
    day = (visit["begn_time"].date() - desk.profile.first_day).days
    return desk.visit(desk.person(), "OTP", day, ["I10.X00"], inst=visit["inst"])


def v29(desk: Desk, count: int) -> None:
    """Lines outside the stay, during a stay elsewhere, with a trace code used before; a diagnosis of the other sex."""
    for row in desk.rules_of("V29", 1, "r.variant = 'outside_stay'") * count:
        visit = stay_or_visit(desk, row, ["I10.X00"], "IPT", nights=3)
        if visit:
            late = visit["end_time"] + timedelta(hours=float(row["grace_hours"] or 24) + 30)
            line = desk.line(visit, desk.fillers[desk.draw("item", 20)], fee_time=late)
            desk.fault("V29", row, visit, [line], whole(line))
    for row in desk.rules_of("V29", 1, "r.variant = 'while_inpatient'") * count:
        person, day, inst, visit_class = desk.person(row=row), desk.day(), desk.hospital_for(row), desk.class_for(row, "OTP")
        if inst is None or visit_class is None:
            continue
        desk.visit(person, "IPT", day, ["I10.X00"], inst=(inst + 1) % desk.profile.hospitals, nights=8)
        visit = desk.visit(person, visit_class, day + 4, ["I10.X00"], inst=inst, filler=0)
        line = desk.line(visit, desk.fillers[desk.draw("item", 20)])
        desk.fault("V29", row, visit, [line], whole(line))
    for number, row in enumerate(desk.rules_of("V29", 1, "r.variant = 'trace_code'", exempt=True) * count):
        traced(desk, row, number)
    for row in desk.rules_of("V29", count * 2, "r.variant = 'diag_sex'"):
        other = "1" if row["allowed_gend"] == "2" else "2"
        diagnosis = desk.diagnosis_in(row["code_set"])
        visit_class = desk.class_for(row, "IPT", "OTP")
        if diagnosis and visit_class and count and not matches(diagnosis, row["exempt_diag"]):
            count -= 1
            visit = desk.visit(
                desk.person(other, 35, row), visit_class, desk.day(), [diagnosis], nights=4 * (visit_class == "IPT"), filler=3
            )
            desk.fault("V29", row, visit)


def traced(desk: Desk, row: Row, number: int) -> None:
    """One box of a drug, by its trace code, charged to two persons."""
    drugs = desk.items_where("list_type = '101' AND CAST(price_ref AS DOUBLE) BETWEEN 10 AND 300", 20)
    visit_class, day = desk.class_for(row, "OTP") or "OTP", desk.day()
    code, drug = f"8{desk.profile.seed:05d}{number:014d}", drugs[number % len(drugs)]
    desk.line(desk.visit(desk.person(row=row), visit_class, day, ["I10.X00"]), drug, trac=code)
    again = desk.visit(desk.person(row=row), visit_class, day + 3, ["I10.X00"])
    line = desk.line(again, drug, trac=code)
    desk.fault("V29", row, again, [line], whole(line))
