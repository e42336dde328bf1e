"""Cases of suspicion about persons, stays and institutions: splits, absence, identity, accidents, frequency, groups."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from synth.diagnoses import matches
from synth.institutions import RANKS, institution_code, level_of
from synth.planted.desk import Desk
from synth.planted.shelf import Row


def s01(desk: Desk, count: int) -> None:
    """A second stay three days after the first, at the same hospital, for the same disease."""
    where = "r.min_sim IS NULL AND r.diag_rule IN ('icd3', 'set') AND CAST(r.gap_days AS INTEGER) >= 3"
    for row in desk.rules_of("S01", count * 2, where, exempt=True):
        diagnosis = desk.diagnosis_in(row["diag_set"]) if row["diag_rule"] == "set" else "I10.X00"
        inst = desk.hospital_for(row)
        fits = diagnosis and not matches(diagnosis, row["exempt_diag"]) and desk.class_for(row, "IPT")
        if not fits or inst is None or not count:
            continue
        count -= 1
        person, day = desk.person(row=row), desk.day()
        desk.visit(person, "IPT", day, [str(diagnosis)], inst=inst, nights=5, filler=3)
        again = desk.visit(person, "IPT", day + 8, [str(diagnosis)], inst=inst, nights=5, filler=3)
        desk.fault("S01", row, again)


def s02(desk: Desk, count: int) -> None:
    """A stay without care on its inner days; one of nothing but bed charges; an empty bed at an on-site check."""
    for row in desk.rules_of("S02", count, "r.variant = 'empty_days' AND CAST(coalesce(r.min_days, '3') AS INTEGER) <= 6"):
        visit = absent_stay(desk, row, (0, 8))
        if visit:
            desk.fault("S02", row, visit)
    for row in desk.rules_of("S02", count, "r.variant = 'hollow' AND CAST(coalesce(r.min_days, '3') AS INTEGER) <= 6"):
        visit = absent_stay(desk, row, tuple(range(9)), "01")
        if visit:
            desk.fault("S02", row, visit)
    for row in (desk.rules_of("S02", count, "r.variant = 'onsite'") * count)[:count]:
        visit = checked_stay(desk, row, in_bed_flag=0, id_match_flag=1)
        if visit:
            desk.fault("S02", row, visit)


def absent_stay(desk: Desk, row: Row, days: tuple[int, ...], charge: str = "05") -> Row | None:
    """A stay of eight nights with charges on some days only."""
    inst = desk.hospital_for(row)
    if inst is None or not desk.class_for(row, "IPT"):
        return None
    visit = desk.visit(desk.person(row=row), "IPT", desk.day(), ["M54.500"], inst=inst, nights=8, filler=0)
    for day in days:
        for number in range(12 // len(days) + 1):
            desk.line(visit, desk.fillers[number], 2, day=day, med_chrgitm_type=charge)
    return visit


def checked_stay(desk: Desk, row: Row, **flags: int) -> Row | None:
    """A stay with an on-site check."""
    inst = desk.hospital_for(row)
    if inst is None or not desk.class_for(row, "IPT"):
        return None
    visit = desk.visit(desk.person(row=row), "IPT", desk.day(), ["M54.500"], inst=inst, nights=6, filler=3)
    desk.record("onsite_d", visit, chk_time=visit["begn_time"] + timedelta(days=2), chker="合成检查员0", **flags)
    return visit


def s03(desk: Desk, count: int) -> None:
    """A night in a small hospital for a mild disease, for examinations only."""
    cheapest = sorted(desk.fillers, key=lambda item: item.pric_micro)[:6]
    for row in desk.rules_of("S03", count * 2):
        # Above the deductible of a small hospital: what costs the fund nothing is not judged.
        diagnosis, inst = desk.diagnosis_in(row["mild_set"]), desk.hospital_for(row, (1,))
        if not count or not diagnosis or inst is None or not desk.class_for(row, "IPT"):
            continue
        count -= 1
        visit = desk.visit(desk.person(age=40, row=row), "IPT", desk.day(), [diagnosis], inst=inst, nights=1, filler=0)
        for item in cheapest:
            desk.line(visit, item, med_chrgitm_type="03")
        desk.fault("S03", row, visit)


def s04(desk: Desk, count: int) -> None:
    """An on-site check that found another person in the bed."""
    for row in (desk.rules_of("S04", count, "r.variant = 'id_mismatch'") * count)[:count]:
        visit = checked_stay(desk, row, in_bed_flag=1, id_match_flag=0)
        if visit:
            desk.fault("S04", row, visit)


def s05(desk: Desk, count: int) -> None:
    """An injury without an accident filing."""
    for row in desk.rules_of(
        "S05", count, "r.variant = 'no_filing' AND CAST(coalesce(r.filing_days, '0') AS INTEGER) <= 20", exempt=True
    ):
        diagnosis, inst = desk.diagnosis_in(row["injury_set"]), desk.hospital_for(row)
        fits = diagnosis and not matches(diagnosis, row["exempt_diag"]) and desk.class_for(row, "IPT")
        if fits and inst is not None:
            visit = desk.visit(
                desk.person(row=row), "IPT", desk.day(early=True), [str(diagnosis)], inst=inst, nights=4, filler=4, dept="A0406"
            )
            desk.fault("S05", row, visit)


def s08(desk: Desk, count: int) -> None:
    """More visits of one day than usual."""
    where = "r.metric = 'visits' AND r.period = 'day' AND r.z_min IS NULL AND CAST(r.max_count AS INTEGER) <= 10"
    for row in desk.rules_of("S08", count, where, exempt=True):
        visit_class, inst = desk.class_for(row, "OTP"), desk.hospital_for(row)
        if visit_class is None or inst is None:
            continue
        person, day, most = desk.person(row=row), desk.day(), int(row["max_count"])
        for number in range(most + 2):
            visit = desk.visit(person, visit_class, day, ["M54.500"], inst=inst, hour=8 + number, filler=1)
            if number >= most:
                desk.fault("S08", row, visit)


def s11(desk: Desk, count: int) -> None:
    """Five persons admitted together three times."""
    where = """r.variant = 'co_admit' AND coalesce(r.same_employer, '0') = '0' AND CAST(r.min_size AS INTEGER) <= 5
               AND CAST(r.min_common AS INTEGER) <= 3 AND CAST(coalesce(r.lookback_months, '12') AS INTEGER) >= 4"""
    for row in desk.rules_of("S11", max(1, count // 5), where):
        inst = desk.hospital_for(row)
        if inst is None or not desk.class_for(row, "IPT"):
            continue
        # Three meetings of five nights, 33 days apart.
        day = min(desk.day(margin=110), desk.profile.days - 75)
        if day < 1:
            continue
        people = [desk.person(row=row) for _ in range(5)]
        for meeting in range(3):
            for number, person in enumerate(people):
                diagnosis = ("I10.X00", "M54.500", "E11.900", "K29.500", "G47.000")[number]
                visit = desk.visit(person, "IPT", day + 33 * meeting, [diagnosis], inst=inst, nights=5, filler=3, hour=8 + number)
                if meeting == 2:
                    desk.fault("S11", row, visit)


def s10(desk: Desk, count: int) -> None:
    """An institution that charges much more material than its peers do: its whole year is at fault."""
    rank_one = [number for number in range(desk.profile.hospitals) if RANKS[level_of(number)] == 1]
    padded = rank_one[5]
    years = [
        year
        for year in range(desk.profile.first_day.year, desk.profile.first_day.year + 9)
        if f"{year}-01" in desk.profile.batches
    ]
    whole_years = [year for year in years if f"{year}-12" in desk.profile.batches]
    where = """r.diag_set IS NULL AND r.oprn_flag IS NULL AND r.metric = 'material_share' AND r.period = 'year'
               AND r.direction IN ('high', 'both') AND r.med_class IS NULL AND r.hosp_lv IS NULL AND r.insutype IS NULL"""
    for row in desk.rules_of("S10", count, where):
        for year in whole_years:
            desk.plan.padded = (padded,)
            desk.plan.truth.append({
                "kind": "suspicion", "rule_type_id": "S10", "rule_id": row["rule_id"], "rule_ver": int(row["rule_ver"] or 1),
                "variant": row["metric"], "mdtrt_id": "*", "fixmedins_code": institution_code(padded), "month": f"{year}-12",
                "feedetl_sn": f"{institution_code(padded)}|{row['rule_id']}|{year}", "vola_amt": Decimal("0.00"),
            })  # fmt: skip
