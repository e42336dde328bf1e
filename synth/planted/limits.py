"""Cases of types that look at one line: sex, age, level, insurance, setting, scope, price, qualification, slices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from synth.diagnoses import entries
from synth.planted.desk import Desk, whole
from synth.planted.shelf import Item, Row

CODE = "r.med_list_codg"
# A dearer prescription of slices would break a V12 row as well.
PRESCRIPTION_YUAN = 4800


def one_line(
    desk: Desk, type_id: str, row: Row, person: Row, visit_class: str, diagnoses: list[str], **more: object
) -> Row | None:
    """A visit whose one special line breaks the row; None (nothing planted) if no hospital fits the row."""
    ranks = more.pop("ranks", (3, 2, 1))
    inst = desk.hospital_for(row, ranks)  # type: ignore[arg-type]
    item = desk.item(row["med_list_codg"])
    if inst is None or item is None:
        return None
    nights = 4 if visit_class in ("IPT", "TRAUMA", "MATN") else 0
    dept = str(more.pop("dept", "A03"))
    visit = desk.visit(person, visit_class, desk.day(), diagnoses, inst=inst, nights=nights, dept=dept)
    line = desk.line(visit, item, **more)  # type: ignore[arg-type]
    desk.fault(type_id, row, visit, [line], whole(line))
    return visit


def v01(desk: Desk, count: int) -> None:
    """A restricted drug with none of the payable diagnoses."""
    for row in desk.rules_of("V01", count * 2, "r.alt_item_codes IS NULL AND r.accept_filing IS NULL", CODE):
        outside = desk.diagnosis_outside(row["diag_set"])
        visit_class = desk.class_for(row, "OTP", "IPT")
        if outside and visit_class and count:
            count -= one_line(desk, "V01", row, desk.person(row=row), visit_class, [outside]) is not None


def v02(desk: Desk, count: int) -> None:
    """A code for one sex charged to a person of the other; and, just inside, to one of the right sex."""
    for number, row in enumerate(desk.rules_of("V02", count, "true", CODE)):
        visit_class = desk.class_for(row, "OTP", "IPT")
        diagnosis = desk.fitting_diagnosis(row["med_list_codg"])
        if not visit_class:
            continue
        wrong = "1" if row["allowed_gend"] == "2" else "2"
        one_line(desk, "V02", row, desk.person(wrong, row=row), visit_class, [diagnosis])
        if number % 4 == 0:
            near = desk.visit(
                desk.person(row["allowed_gend"], row=row), visit_class, desk.day(), [diagnosis], nights=2 * (visit_class == "IPT")
            )
            item = desk.item(row["med_list_codg"])
            if item:
                desk.fault("V02", row, near, [desk.line(near, item)], kind="near_miss")


def aged(desk: Desk, type_id: str, count: int) -> None:
    """A line outside the payable ages."""
    for row in desk.rules_of(type_id, count, "r.age_unit = 'year'", CODE):
        visit_class = desk.class_for(row, "OTP", "IPT")
        age = int(row["age_max"]) + 8 if row["age_max"] else int(row["age_min"]) - 4
        if visit_class and age >= 3:
            one_line(
                desk, type_id, row, desk.person(age=age, row=row), visit_class, [desk.fitting_diagnosis(row["med_list_codg"])]
            )


def v03(desk: Desk, count: int) -> None:
    """A drug outside its payable ages."""
    aged(desk, "V03", count)


def v04(desk: Desk, count: int) -> None:
    """An item or consumable outside its payable ages."""
    aged(desk, "V04", count)


def v05(desk: Desk, count: int) -> None:
    """A code charged below its lowest or above its highest hospital rank."""
    for row in desk.rules_of("V05", count, "r.hosp_lv IS NULL", CODE):
        ranks = tuple(rank for rank in (1, 2, 3) if rank < int(row["min_rank"] or 0) or rank > int(row["max_rank"] or 9))
        visit_class = desk.class_for(row, "OTP", "IPT")
        if ranks and visit_class:
            diagnoses = [desk.fitting_diagnosis(row["med_list_codg"])]
            one_line(desk, "V05", row, desk.person(row=row), visit_class, diagnoses, ranks=ranks)


def v06(desk: Desk, count: int) -> None:
    """A code of work-injury or maternity insurance charged to basic insurance."""
    for row in desk.rules_of("V06", count, "r.insutype IS NULL", CODE):
        visit_class = desk.class_for(row, "OTP", "IPT")
        outside = desk.diagnosis_outside(row["diag_set"])
        if visit_class and outside and not {"310", "390"} & set(entries(row["allowed_insutype"])):
            one_line(desk, "V06", row, desk.person(row=row), visit_class, [outside])


def v07(desk: Desk, count: int) -> None:
    """A code charged in a class of visit in which it is not payable."""
    for row in desk.rules_of("V07", count, "r.allowed_class IS NOT NULL AND r.med_class IS NULL", CODE):
        allowed = entries(row["allowed_class"])
        visit_class = next((name for name in ("OTP", "IPT") if name not in allowed), None)
        if visit_class:
            diagnoses = [desk.fitting_diagnosis(row["med_list_codg"])]
            one_line(desk, "V07", row, desk.person(row=row), visit_class, diagnoses, day=2 if visit_class == "IPT" else 0)


def v10(desk: Desk, count: int) -> None:
    """An own-pay code, an own-pay line, or a disease that the fund does not pay, settled inside the scope."""
    for row in desk.rules_of("V10", count, "r.variant = 'code'", CODE):
        visit_class = desk.class_for(row, "OTP", "IPT")
        if visit_class:
            one_line(desk, "V10", row, desk.person(row=row), visit_class, [desk.fitting_diagnosis(row["med_list_codg"])])
    for row in desk.rules_of("V10", 1, "r.variant = 'level'") * max(1, count // 4):
        item = desk.fillers[desk.draw("item", len(desk.fillers))]
        visit = desk.visit(desk.person(row=row), desk.class_for(row, "OTP", "IPT") or "OTP", desk.day(), ["I10.X00"])
        fen = (item.pric_micro + 5000) // 10000
        line = desk.line(visit, item, chrgitm_lv="03", inscp_fen=fen)
        consent(desk, visit)
        desk.fault("V10", row, visit, [line], whole(line))
    for row in desk.rules_of("V10", max(1, count // 4), "r.variant = 'disease'"):
        diagnosis = desk.diagnosis_in(row["diag_set"])
        if diagnosis:
            visit = desk.visit(
                desk.person(row=row), desk.class_for(row, "OTP", "IPT") or "OTP", desk.day(), [diagnosis], filler=2
            )
            lines = [line for line in desk.plan.line_list if line["mdtrt_id"] == visit["mdtrt_id"]]
            for line in lines:
                desk.fault("V10", row, visit, [line], whole(line))


def consent(desk: Desk, visit: Row) -> None:
    """A signed consent for the visit's own-pay lines, so that only the planted rule is broken."""
    desk.record("consent_d", visit, consent_sn="CS03", chrgitm_lv="03", sign_flag=1, sign_time=visit["begn_time"])


def v13(desk: Desk, count: int) -> None:
    """A price above the ceiling; and, just inside, exactly the ceiling."""
    for number, row in enumerate(desk.rules_of("V13", count, "r.variant = 'cap'", CODE)):
        item, visit_class, inst = desk.item(row["med_list_codg"]), desk.class_for(row, "OTP", "IPT"), desk.hospital_for(row)
        if item is None or visit_class is None or inst is None:
            continue
        cap = int(Decimal(row["price_cap"]) * 1_000_000)
        dear = Item(item.code, item.name, item.list_type, cap + (cap // 20) // 10000 * 10000 + 1_000_000)
        diagnosis = desk.fitting_diagnosis(item.code)
        visit = desk.visit(
            desk.person(row=row), visit_class, desk.day(), [diagnosis], inst=inst, nights=2 * (visit_class == "IPT")
        )
        line = desk.line(visit, dear)
        over = dear.pric_micro - cap
        desk.fault("V13", row, visit, [line], Decimal((over + 5000) // 10000) / 100)
        if number % 4 == 0:
            near = desk.visit(
                desk.person(row=row), visit_class, desk.day(), [diagnosis], inst=inst, nights=2 * (visit_class == "IPT")
            )
            at_cap = Item(item.code, item.name, item.list_type, cap)
            desk.fault("V13", row, near, [desk.line(near, at_cap)], kind="near_miss")


def v17(desk: Desk, count: int) -> None:
    """A code charged by a department that may not charge it."""
    for row in desk.rules_of("V17", count, "r.variant = 'dept'", CODE):
        visit_class = desk.class_for(row, "OTP", "IPT")
        allowed = tuple(entries(row["allowed_dept"]))
        dept = next((name for name in ("A03", "A50", "A21", "A13") if not name.startswith(allowed)), None)
        if visit_class and dept:
            diagnoses = [desk.fitting_diagnosis(row["med_list_codg"])]
            one_line(desk, "V17", row, desk.person(row=row), visit_class, diagnoses, dept=dept)


def v26(desk: Desk, count: int) -> None:
    """More grams of a slice in one prescription than are payable; a single slice; a slice that is never payable."""
    for row in desk.rules_of("V26", count * 20, "true", CODE):
        visit_class = desk.class_for(row, "OTP", "IPT")
        item = desk.item(row["med_list_codg"])
        days = 2 if row["variant"] == "daily" else None
        most = Decimal(row["max_grams"] or 0) * (days or 1) / Decimal(row["unit_grams"] or 1)
        cnt = int(most) + 20
        if visit_class is None or item is None or not count or cnt * item.pric_micro > PRESCRIPTION_YUAN * 1_000_000:
            continue
        count -= 1
        visit = desk.visit(
            desk.person(row=row), visit_class, desk.day(), ["M54.500"], dept="A50", nights=2 * (visit_class == "IPT")
        )
        way = "2" if row["variant"] == "single" else "1"
        line = desk.line(visit, item, cnt, rx="C1", prd_days=days, tcm_way=way)
        desk.fault("V26", row, visit, [line])


def after_death(desk: Desk, count: int) -> None:
    """V29: a line after the day of death."""
    for row in desk.rules_of("V29", 1, "r.variant = 'after_death'") * count:
        day = desk.day()
        died = date.fromordinal(desk.profile.first_day.toordinal() + max(day - 20, 0))
        person = desk.person(age=78, row=row, died=died)
        visit_class = desk.class_for(row, "OTP", "IPT")
        if visit_class:
            visit = desk.visit(person, visit_class, day, ["I10.X00"], filler=0)
            line = desk.line(visit, desk.fillers[desk.draw("item", len(desk.fillers))])
            desk.fault("V29", row, visit, [line], whole(line))
