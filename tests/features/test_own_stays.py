"""Lines that a doctor ordered while he was in hospital himself: what counts, what is unknown, and a plain reference."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from jobs.feature_inputs import asked_rows, month_number, window_of
from lake.tables import PRAC_PSN_D
from rules.bills.known_registers import doctor_person_statement
from rules.engines import run
from rules.engines.duck import DuckEngine
from tests.features.county import stored_rows
from tests.features.world import LINE, VISIT, Row, register, tables_of
from tests.ingest.landing import cells

# One line of d1, who is p9, settled in February, beside one visit of p9.
CASES = """
    admitted   | discharged | class   | settled | ordered    | share | why
    2025-02-10 | 2025-02-14 | IPT     | 2025-02 | 2025-02-09 | 0.0   | the day before
    2025-02-10 | 2025-02-14 | IPT     | 2025-02 | 2025-02-10 | 0.0   | he may have worked in the morning
    2025-02-10 | 2025-02-14 | IPT     | 2025-02 | 2025-02-11 | 1.0   | the first whole day
    2025-02-10 | 2025-02-14 | IPT     | 2025-02 | 2025-02-13 | 1.0   | the last whole day
    2025-02-10 | 2025-02-14 | IPT     | 2025-02 | 2025-02-14 | 0.0   | he may have worked in the afternoon
    2025-02-10 | 2025-02-11 | IPT     | 2025-02 | 2025-02-10 | 0.0   | no whole day in hospital
    2025-02-10 |            | IPT     | 2025-02 | 2025-02-12 | 0.0   | a stay without an end
    2025-02-10 | 2025-02-14 | OTP     | 2025-02 | 2025-02-12 | 0.0   | treated as an outpatient
    2025-02-10 | 2025-02-14 | DAYSURG | 2025-02 | 2025-02-12 | 0.0   | another class than a stay
    2025-01-20 | 2025-02-05 | IPT     | 2025-02 | 2025-02-03 | 1.0   | a stay over the month's end
    2025-01-20 | 2025-02-05 | IPT     | 2025-02 | 2025-01-31 | 1.0   | charged in January, settled in February
    2025-01-20 | 2025-03-05 | IPT     | 2025-03 | 2025-02-03 | 0.0   | settled in March: February does not know of it
    2025-01-20 | 2025-02-05 | IPT     | 2024-02 | 2025-02-03 | 1.0   | the earliest month that is looked at
    2025-01-20 | 2025-02-05 | IPT     | 2024-01 | 2025-02-03 | 0.0   | a month before
    """
LINKED = [{"month": "2025-02", "bilg_dr_codg": "d1", "psn_no": "p9"}]


def own_visit(settled: str, admitted: str, discharged: str, visit_class: str, person: str = "p9", visit: str = "own") -> Row:
    times = {"begn_time": f"{admitted} 08:00:00", "end_time": discharged and f"{discharged} 18:00:00"}
    return VISIT | {"month": settled, "mdtrt_id": visit, "psn_no": person, "visit_class": visit_class} | times


def line(settled: str, visit: str, number: int, ordered: str, doctor: str = "d1") -> Row:
    of = {"month": settled, "mdtrt_id": visit, "feedetl_sn": str(number), "bilg_dr_codg": doctor}
    return LINE | of | {"net_inscp": "0", "fee_time": f"{ordered} 10:00:00", "fee_date": ordered}


def doctors(lines: list[Row], visits: list[Row], linked: list[Row], asked: str = "2025-02") -> list[tuple[Any, ...]]:
    """Doctor, lines with a known doctor, and the share, of one month."""
    engine = DuckEngine(threads=1)
    register(engine, lines, visits, [asked], doctor_person=linked)
    told = tables_of(engine)["doctor_month"]
    return [(row["bilg_dr_codg"], row["linked_lines"], row["own_stay_share"]) for row in told]


PATIENT = VISIT | {"month": "2025-02", "mdtrt_id": "v1", "begn_time": "2025-02-09 08:00:00", "end_time": "2025-02-09 09:00:00"}


@pytest.mark.parametrize("case", cells(CASES), ids=lambda case: case["why"])
def test_a_line_counts_only_strictly_between_admission_and_discharge(case: Row) -> None:
    own = own_visit(case["settled"], case["admitted"], case["discharged"], case["class"])

    told = doctors([line("2025-02", "v1", 1, case["ordered"])], [PATIENT, own], LINKED)

    assert told == [("d1", 1, float(case["share"]))]


def test_a_doctor_whose_number_is_unknown_is_not_one_who_was_never_in_hospital() -> None:
    own = own_visit("2025-02", "2025-02-10", "2025-02-14", "IPT")
    lines = [line("2025-02", "v1", at, "2025-02-12", doctor) for at, doctor in enumerate(("d1", "d2", "d2", "d3"))]
    linked = [*LINKED, {"month": "2025-02", "bilg_dr_codg": "d3", "psn_no": "p1"}, {"month": "2025-01", "bilg_dr_codg": "d2",
                                                                                 "psn_no": "p9"}]  # fmt: skip

    # A share of one line each is drawn towards all: half of the two known lines.
    assert doctors(lines, [PATIENT, own], linked) == [("d1", 1, 0.5), ("d2", None, None), ("d3", 1, 0.5)]


def test_a_day_in_two_stays_counts_once() -> None:
    stays = [
        own_visit("2025-02", "2025-02-08", discharged, "IPT", visit=discharged) for discharged in ("2025-02-14", "2025-02-16")
    ]
    lines = [line("2025-02", "v1", at, ordered) for at, ordered in enumerate(("2025-02-12", "2025-02-20"))]

    assert doctors(lines, [PATIENT, *stays], LINKED) == [("d1", 2, 0.5)]


def test_whom_the_register_names_by_the_end_of_a_month() -> None:
    batches = {
        "2025-01": cells("""
            prac_psn_code | psn_no
            d1            | p1
            d2            |
            d3            | p3
            d4            | p4
            d5            | p5
            """),
        "2025-03": cells("""
            prac_psn_code | psn_no
            d1            | p8
            d2            | p2
            d3            | p9
            d4            |
            d5            | p5
            d6            | p6
            """),
    }
    engine = DuckEngine(threads=1)
    rows = stored_rows({batch: {"prac_psn_d": register} for batch, register in batches.items()})
    engine.register("every_prac_psn_d", rows[PRAC_PSN_D.name])
    engine.register("batch_month", pa.table({"batch_id": list(batches), "month": list(batches)}))
    engine.register("asked", asked_rows(window_of(("2025-02", "2025-03"))))
    # The row of March that calls d1 another.
    aside = {"table_name": ["prac_psn_d"], "batch_id": ["2025-03"], "file": ["prac_psn_d.csv"], "line_no": [2]}
    engine.register("set_aside", pa.table(aside))

    run(engine, [doctor_person_statement("doctor_person")])

    known: dict[str, dict[str, str]] = {"2025-02": {}, "2025-03": {}}
    for row in engine.arrow("doctor_person").to_pylist():
        known[row["month"]][row["bilg_dr_codg"]] = row["psn_no"]
    assert known == {
        # The first row of a code is known from the beginning.
        "2025-02": {"d1": "p1", "d3": "p3", "d4": "p4", "d5": "p5", "d6": "p6"},
        # Of d2 it is told now; d3 is two persons, d4 nobody any more.
        "2025-03": {"d1": "p1", "d2": "p2", "d5": "p5", "d6": "p6"},
    }


MONTHS = ("2024-03", "2024-12", "2025-01", "2025-02", "2025-03", "2025-04")
ASKED = ("2025-02", "2025-04")


def drawn(seed: int) -> tuple[list[Row], list[Row], list[Row]]:
    """Lines, visits and, by month, who some of the doctors are; settled in whatever month."""
    random = Random(seed)  # noqa: S311 - drawn bills are no secret
    visits, lines = [], []
    for number in range(30):
        month, visit = random.choice(MONTHS), f"v{number:02}"
        admitted = date(2025, 1, 1) + timedelta(days=random.randrange(100))
        discharged = random.choice(("", str(admitted + timedelta(days=random.randrange(20)))))
        visits.append(
            own_visit(month, str(admitted), discharged, random.choice(("IPT", "IPT", "OTP")), random.choice("pqrs"), visit)
        )
        for at in range(random.randrange(4)):
            ordered = admitted + timedelta(days=random.randrange(-3, 20))
            lines.append(line(month, visit, at, str(ordered), random.choice(("d1", "d2", "d3", ""))))
    linked = [
        {"month": month, "bilg_dr_codg": doctor, "psn_no": random.choice("pqrs")}
        for month in ASKED
        for doctor in ("d1", "d2", "d3")
        if random.random() < 0.7
    ]
    return lines, visits, linked


def is_in_hospital(person: str, day: datetime, month: str, visits: list[Row]) -> bool:
    """Whether a stay of the person, settled in the month or the twelve before, began on an earlier day and ended on a later."""
    return any(
        visit["psn_no"] == person
        and visit["visit_class"] == "IPT"
        and 0 <= month_number(month) - month_number(visit["month"]) <= 12
        and visit["begn_time"][:10] < str(day)[:10] < visit["end_time"][:10]
        for visit in visits
    )


@pytest.mark.parametrize("seed", range(20))
def test_lines_in_own_stays_are_the_references(seed: int) -> None:
    lines, visits, linked = drawn(seed)
    engine = DuckEngine(threads=1)
    register(engine, lines, visits, ASKED, doctor_person=linked)
    told = tables_of(engine)["doctor_month"]

    expected = {}
    for person in linked:
        month = person["month"]
        ordered = [one["fee_time"] for one in lines if (one["month"], one["bilg_dr_codg"]) == (month, person["bilg_dr_codg"])]
        inside = [day for day in ordered if is_in_hospital(person["psn_no"], datetime.fromisoformat(day), month, visits)]
        if ordered:
            expected[month, person["bilg_dr_codg"]] = (len(ordered), len(inside))
    counted = engine.arrow("doctor_linked").to_pylist()
    assert {(row["month"], row["subject"]): (row["linked_lines"], row["own_stay_lines"]) for row in counted} == expected
    for row in told:
        known, _ = expected.get((row["month"], row["bilg_dr_codg"]), (None, 0))
        assert row["linked_lines"] == known
        assert (row["own_stay_share"] is None) == (known is None)
