"""Cases of types that look at several lines: pairs, windows and supply."""

from __future__ import annotations

from decimal import Decimal

from synth.diagnoses import entries
from synth.planted.desk import Desk, whole
from synth.planted.shelf import Item, Row

CODE = "r.med_list_codg"


def first_code(parameter: str) -> str:
    """SQL of the first entry of a list parameter."""
    return f"split_part(r.{parameter}, ';', 1)"


def stay_or_visit(desk: Desk, row: Row, diagnoses: list[str], *usual: str, nights: int = 4, dept: str = "A03") -> Row | None:
    """A visit of a person, class and hospital that a row's scope allows."""
    visit_class, inst = desk.class_for(row, *usual), desk.hospital_for(row)
    if visit_class is None or inst is None:
        return None
    length = nights if visit_class == "IPT" else 0
    return desk.visit(desk.person(row=row), visit_class, desk.day(), diagnoses, inst=inst, nights=length, dept=dept)


def v08(desk: Desk, count: int) -> None:
    """A second-line drug without any first-line drug before it."""
    for row in desk.rules_of("V08", count, "true", CODE):
        item = desk.item(row["med_list_codg"])
        visit = stay_or_visit(desk, row, [desk.fitting_diagnosis(row["med_list_codg"])], "IPT", "OTP")
        if visit and item:
            line = desk.line(visit, item)
            desk.fault("V08", row, visit, [line], whole(line))


def v09(desk: Desk, count: int) -> None:
    """One day of a drug more than the course that is payable in a visit."""
    where = "r.period = 'visit' AND r.day_basis = 'date' AND CAST(r.max_days AS INTEGER) <= 20"
    for row in desk.rules_of("V09", count, where, CODE):
        item, days = desk.item(row["med_list_codg"]), int(row["max_days"])
        visit = stay_or_visit(desk, row, [desk.fitting_diagnosis(row["med_list_codg"])], "IPT", nights=days + 1)
        if visit and item:
            lines = [desk.line(visit, item, day=day) for day in range(days + 1)]
            desk.fault("V09", row, visit, lines[-1:], whole(lines[-1]))


def v12(desk: Desk, count: int) -> None:
    """Lines of an item beyond the payable sum of a month or visit."""
    where = "r.opsp_dise_code IS NULL AND r.item_codes IS NOT NULL AND r.item_codes NOT LIKE '%*%' AND r.measure = 'inscp'"
    for row in desk.rules_of("V12", count * 2, where, first_code("item_codes")):
        items = desk.known(row["item_codes"])
        visit = (
            stay_or_visit(desk, row, [desk.fitting_diagnosis(*entries(row["item_codes"]))], "IPT", "OTP", nights=3)
            if items and count
            else None
        )
        if visit:
            item = max(items, key=lambda one: one.pric_micro)
            cnt = int(Decimal(row["limit_amt"]) * 1_000_000 / item.pric_micro) + 2
            line = desk.line(visit, item, cnt, inscp_fen=(cnt * item.pric_micro + 5000) // 10000)
            desk.fault("V12", row, visit, [line], whole(line) - Decimal(row["limit_amt"]))
            count -= 1


def v14(desk: Desk, count: int) -> None:
    """An item charged beside the one that contains it; and, just inside, the contained one alone."""
    where = "r.group_a NOT LIKE '%*%' AND r.group_b NOT LIKE '%*%'"
    for number, row in enumerate(desk.rules_of("V14", count * 2, where, first_code("group_b"))):
        kept, contained = desk.known(row["group_a"]), desk.known(row["group_b"])
        if not kept or not contained or not count:
            continue
        diagnoses = [desk.fitting_diagnosis(kept[0].code, contained[0].code)]
        visit = stay_or_visit(desk, row, diagnoses, "IPT", "OTP", nights=2)
        if visit is None:
            continue
        count -= 1
        rx = "R1" if row["window"] == "rx" else None
        desk.line(visit, kept[0], rx=rx)
        line = desk.line(visit, contained[0], rx=rx)
        desk.fault("V14", row, visit, [line], whole(line))
        near = stay_or_visit(desk, row, diagnoses, "IPT", "OTP", nights=2) if number % 4 == 0 else None
        if near:
            desk.fault("V14", row, near, [desk.line(near, contained[0])], kind="near_miss")


def v15(desk: Desk, count: int) -> None:
    """All parts of an item charged one by one, for more than the item's price."""
    for row in desk.rules_of("V15", count * 2, "r.component_codes NOT LIKE '%*%'", first_code("component_codes")):
        parts = desk.known(row["component_codes"])
        total = sum(part.pric_micro for part in parts)
        enough = len(parts) >= int(row["min_components"]) and total > Decimal(row["bundle_price"]) * 1_000_000 + 100_000
        visit = stay_or_visit(desk, row, ["I10.X00"], "IPT", "OTP", nights=2) if enough and count else None
        if visit:
            count -= 1
            lines = [desk.line(visit, part) for part in sorted(parts, key=lambda one: one.code)]
            desk.fault("V15", row, visit, lines[-1:])


def v16(desk: Desk, count: int) -> None:
    """One more than an item's limit in a day or visit; and, just inside, exactly the limit."""
    where = "r.\"window\" IN ('day', 'visit', 'person_day') AND r.limit_ipt IS NOT NULL AND r.item_codes NOT LIKE '%*%'"
    for number, row in enumerate(desk.rules_of("V16", count, where, first_code("item_codes"))):
        items, limit = desk.known(row["item_codes"]), int(Decimal(row["limit_ipt"]))
        visit = stay_or_visit(desk, row, [desk.fitting_diagnosis(items[0].code)], "IPT", nights=3) if items else None
        if visit is None:
            continue
        line = desk.line(visit, items[0], limit + 1)
        desk.fault("V16", row, visit, [line], Decimal((items[0].pric_micro + 5000) // 10000) / 100)
        near = stay_or_visit(desk, row, visit["diag_codes"], "IPT", nights=3) if number % 4 == 0 else None
        if near:
            desk.fault("V16", row, near, [desk.line(near, items[0], limit)], kind="near_miss")


def v18(desk: Desk, count: int) -> None:
    """A consumable or item without the service that it belongs to."""
    where = "r.required_codes IS NOT NULL AND r.required_diag IS NULL AND r.required_codes NOT LIKE '%*%'"
    for row in desk.rules_of("V18", count, where, CODE):
        item = desk.item(row["med_list_codg"])
        visit = stay_or_visit(desk, row, [desk.fitting_diagnosis(row["med_list_codg"])], "IPT", "OTP", nights=2)
        if visit and item:
            line = desk.line(visit, item)
            desk.fault("V18", row, visit, [line], whole(line))


def v23(desk: Desk, count: int) -> None:
    """Two drugs of one group and of different substances on the same days of a stay."""
    days = 3
    fits = f"r.allowed_with IS NULL AND CAST(r.min_overlap_days AS INTEGER) <= {days}"
    plain = "r.med_class IS NULL AND r.hosp_lv IS NULL AND r.insutype IS NULL"
    for row in desk.rules_of("V23", count * 2, fits, CODE):
        same = f"r.group_code = '{row['group_code']}' AND r.ingredient <> '{row['ingredient']}'"
        other = desk.rules_of("V23", 1, f"{fits} AND {plain} AND {same}", CODE)
        first, second = desk.item(row["med_list_codg"]), desk.item(other[0]["med_list_codg"]) if other else None
        if first is None or second is None or not count:
            continue
        visit = stay_or_visit(desk, row, [desk.fitting_diagnosis(first.code, second.code)], "IPT", nights=days + 1)
        if visit:
            count -= 1
            for day in range(days + 1):
                desk.line(visit, second, day=day)
            later = [desk.line(visit, first, day=day) for day in range(1, days + 1)]
            for line in later:
                desk.fault("V23", row, visit, [line], whole(line))


def v25(desk: Desk, count: int) -> None:
    """Two drugs that must not meet, on one day or in one prescription."""
    for row in desk.rules_of("V25", count, "true", "r.code_b"):
        first, second = desk.item(row["code_a"]), desk.item(row["code_b"])
        if first is None or second is None:
            continue
        visit = stay_or_visit(desk, row, [desk.fitting_diagnosis(first.code, second.code)], "IPT", "OTP", nights=2)
        if visit:
            desk.line(visit, first, rx="R1")
            line = desk.line(visit, second, rx="R1")
            desk.fault("V25", row, visit, [line], whole(line) if row["amount_mode"] == "line" else Decimal("0.00"))


def supply_count(row: Row, days: Decimal) -> int:
    """The least number of packs that last longer than so many days by at least one pack."""
    return int(days * Decimal(row["daily_units"]) / Decimal(row["pack_units"])) + 2


def v21(desk: Desk, count: int) -> None:
    """Too many days of a drug at once; a refill too early; too many kinds in one prescription."""
    packs = "r.pack_units IS NOT NULL AND r.daily_units IS NOT NULL"
    for row in desk.rules_of("V21", count, f"r.variant = 'supply' AND {packs}", CODE):
        item = desk.item(row["med_list_codg"])
        visit = stay_or_visit(desk, row, [desk.fitting_diagnosis(row["med_list_codg"])], "OTP", "OPSP")
        if visit and item:
            desk.fault("V21", row, visit, [desk.line(visit, item, supply_count(row, Decimal(row["max_days"])))])
    for row in desk.rules_of("V21", max(1, count // 2), f"r.variant = 'early' AND {packs}", CODE):
        refill(desk, row)
    for row in desk.rules_of("V21", 1, "r.variant = 'kinds'") * max(1, count // 4):
        kinds = int(row["max_kinds"])
        drugs = desk.items_where(
            f"list_type = '{entries(row['list_type'])[0]}' AND CAST(price_ref AS DOUBLE) BETWEEN 2 AND 80", kinds + 1
        )
        visit = stay_or_visit(desk, row, ["I10.X00"], "OTP", "OPSP")
        if visit and len(drugs) > kinds:
            lines = [desk.line(visit, drug, rx="R1") for drug in drugs]
            desk.fault("V21", row, visit, lines[-1:], whole(lines[-1]))


def refill(desk: Desk, row: Row) -> None:
    """Two visits a week apart, the first with more than a month's packs."""
    item, visit_class = desk.item(row["med_list_codg"]), desk.class_for(row, "OTP", "OPSP")
    inst = desk.hospital_for(row)
    if item is None or visit_class is None or inst is None:
        return
    person, day = desk.person(row=row), desk.day()
    packs = supply_count(row, Decimal(row["advance_days"]) + 7)
    diagnoses = [desk.fitting_diagnosis(item.code)]
    desk.line(desk.visit(person, visit_class, day, diagnoses, inst=inst), item, packs)
    again = desk.visit(person, visit_class, day + 7, diagnoses, inst=inst)
    desk.fault("V21", row, again, [desk.line(again, item, packs)])


def v22(desk: Desk, count: int) -> None:
    """Too many days of a drug, or a service, to take home from a stay."""
    for row in desk.rules_of("V22", count, "r.variant = 'days' AND r.pack_units IS NOT NULL AND r.daily_units IS NOT NULL", CODE):
        item = desk.item(row["med_list_codg"])
        visit = stay_or_visit(desk, row, [desk.fitting_diagnosis(row["med_list_codg"])], "IPT", nights=4)
        if visit and item:
            most = max(Decimal(row["max_days"]), Decimal(row["chronic_max_days"] or 0))
            desk.fault("V22", row, visit, [desk.line(visit, item, supply_count(row, most), day=4, is_take_home=True)])
    for row in desk.rules_of("V22", 1, "r.variant = 'item'"):
        visit = stay_or_visit(desk, row, ["I10.X00"], "IPT", nights=4)
        goods: list[Item] = desk.items_where("list_type = '301' AND CAST(price_ref AS DOUBLE) BETWEEN 5 AND 200", 1)
        if visit and goods:
            line = desk.line(visit, goods[0], day=4, is_take_home=True)
            desk.fault("V22", row, visit, [line], whole(line))
