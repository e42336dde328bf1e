"""Cases of suspicion about single charges: examinations, treatments, stock."""

from __future__ import annotations

from decimal import Decimal

from synth.diagnoses import entries
from synth.planted.desk import Desk, whole
from synth.planted.pairs import first_code, stay_or_visit
from synth.planted.shelf import Item, Row

# A dearer sale of thirty would break a V12 row as well.
SALE_YUAN = 1000
# Of so many rule rows one has a scope and codes that a case can be made of.
TRIES = 6


def s06(desk: Desk, count: int) -> None:
    """An examination without a diagnosis that supports it; one repeated on the next day although nothing was found."""
    plain, code = "r.item_codes NOT LIKE '%*%'", first_code("item_codes")
    wanted = count
    for row in desk.rules_of("S06", count * TRIES, f"r.variant = 'no_indication' AND {plain}", code):
        items, outside = desk.known(row["item_codes"]), desk.diagnosis_outside(row["indication_set"])
        visit = stay_or_visit(desk, row, [outside], "OTP", "IPT", nights=2) if items and outside and wanted else None
        if visit:
            wanted -= 1
            desk.fault("S06", row, visit, [examined(desk, visit, items[0])])
    wanted = count
    for row in desk.rules_of("S06", count * TRIES, f"r.variant = 'repeat' AND {plain}", code):
        items, visit_class, inst = desk.known(row["item_codes"]), desk.class_for(row, "OTP"), desk.hospital_for(row)
        if not items or visit_class is None or inst is None or not wanted:
            continue
        wanted -= 1
        person, day, diagnoses = desk.person(row=row), desk.day(), [desk.fitting_diagnosis(items[0].code)]
        examined(desk, desk.visit(person, visit_class, day, diagnoses, inst=inst), items[0])
        again = desk.visit(person, visit_class, day + 1, diagnoses, inst=inst)
        desk.fault("S06", row, again, [examined(desk, again, items[0])])


def examined(desk: Desk, visit: Row, item: Item) -> Row:
    """The line of an examination with a normal result."""
    line = desk.line(visit, item, med_chrgitm_type="03")
    day = f"{line['fee_time']:%Y-%m-%d}"
    desk.record("report_d", visit, rpotc_no="RP1", med_list_codg=item.code, exam_date=day, rpt_date=day, exam_rslt_abn=0)
    return line


def s07(desk: Desk, count: int) -> None:
    """More kinds of treatment on one day than are usual."""
    for row in desk.rules_of("S07", count * 3, "r.variant = 'multi' AND r.item_codes NOT LIKE '%*%'", exempt=True):
        items = desk.known(row["item_codes"])
        visit = None
        if count and len(items) > int(row["max_kinds"]):
            visit = stay_or_visit(desk, row, [desk.fitting_diagnosis(*entries(row["item_codes"]))], "IPT", "OTP", nights=3)
        if visit:
            count -= 1
            lines = [desk.line(visit, item) for item in items]
            for line in lines[int(row["max_kinds"]) :]:
                desk.fault("S07", row, visit, [line])


def s09(desk: Desk, count: int) -> None:
    """More of a drug or consumable sold than was in stock; one that stands in the hospital's catalogue as another code."""
    known, code = "r.item_codes NOT LIKE '%*%' AND r.unit_factor IS NULL", first_code("item_codes")
    wanted = count
    for row in desk.rules_of("S09", count * TRIES, f"r.variant = 'balance' AND {known}", code):
        held, tolerance = 4, int(Decimal(row["tolerance_cnt"] or 0))
        visit, item = sale(desk, row) if wanted else (None, None)
        if visit and item:
            wanted -= 1
            line, month = desk.line(visit, item, held + tolerance + 2), f"{visit['setl_time']:%Y-%m}"
            counts = {"open_cnt": held, "buy_cnt": 0, "buy_net_cnt": 0, "return_cnt": 0, "close_cnt": 0}
            desk.further(
                "inventory_d", month, fixmedins_code=visit["fixmedins_code"], med_list_codg=item.code, ym=month, **counts
            )
            desk.fault("S09", row, visit, [line], whole(line) * (tolerance + 2) / line["cnt"])
    wanted = count
    for row in desk.rules_of("S09", count * TRIES, f"r.variant = 'map' AND {known}", code):
        visit, item = sale(desk, row) if wanted else (None, None)
        if visit and item:
            wanted -= 1
            line, mapped = desk.line(visit, item), {"medins_list_codg": f"Y{item.code}", "med_list_codg": desk.fillers[0].code}
            first = desk.profile.batches[0]
            desk.further("medins_map_d", first, fixmedins_code=visit["fixmedins_code"], **mapped, begndate="2020-01-01")
            desk.fault("S09", row, visit, [line], whole(line))


def sale(desk: Desk, row: Row) -> tuple[Row | None, Item | None]:
    """A visit of a day, and a cheap item of the row that no case was charged yet; (None, None) where there is none."""
    charged = {line["med_list_codg"] for line in desk.plan.line_list}
    known = [item for item in desk.known(row["item_codes"]) if item.code not in charged]
    cheap = [item for item in known if item.pric_micro <= SALE_YUAN * 1_000_000]
    visit = stay_or_visit(desk, row, [desk.fitting_diagnosis(cheap[0].code)], "OTP") if cheap else None
    return (visit, cheap[0]) if visit else (None, None)
