"""What conclusions make of cases, doctors and institutions, when it is known, and with what chance it was looked at."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from lake.tables import OUTCOME
from models.labels import labels

FIRST, LATER = date(2025, 4, 20), date(2025, 5, 3)
HALF = Decimal("0.5")


def finding(jr_id: str, case_id: str, doctor: str | None, institution: str = "H1", month: str = "2025-03") -> dict[str, Any]:
    return {"jr_id": jr_id, "case_id": case_id, "month": month, "bilg_dr_codg": doctor, "fixmedins_code": institution}


def case(case_id: str, rank: int, sampled: int = 0, findings: int = 1, month: str = "2025-03") -> dict[str, Any]:
    amount = Decimal("100.00")
    return {"case_id": case_id, "month": month, "rank": rank, "findings": findings, "sampled": sampled, "fund_amt": amount}


def outcome(
    case_id: str, jr_id: str | None, conclusion: str, on: date = FIRST, seq: int = 1, line: str | None = None
) -> dict[str, Any]:
    values = dict.fromkeys(OUTCOME.names) | {"case_id": case_id, "jr_id": jr_id, "mdtrt_id": line and "m1", "feedetl_sn": line}
    return values | {"outcome_id": f"{case_id}{jr_id}{seq}", "conclusion": conclusion, "concluded_on": on, "seq": seq}


def made(
    findings: list[dict[str, Any]], cases: list[dict[str, Any]], outcomes: list[dict[str, Any]], share: Decimal = HALF
) -> dict[tuple[str, str], tuple[object, ...]]:
    concluded = pa.Table.from_pylist(outcomes, OUTCOME.arrow_schema())
    rows = labels(pa.Table.from_pylist(findings), pa.Table.from_pylist(cases), concluded, share).to_pylist()
    return {
        (row["subject_type"], row["subject_key"]): (row["label"], row["known_on"], row["concluded"], row["chance"])
        for row in rows
    }


def test_a_confirmed_finding_makes_its_case_doctor_and_institution_positive() -> None:
    found = made(
        [finding("f1", "c1", "d1"), finding("f2", "c1", "d2"), finding("f3", "c2", "d2")],
        [case("c1", 1, findings=2), case("c2", 2)],
        [outcome("c1", "f1", "部分成立"), outcome("c1", "f2", "不成立"), outcome("c2", "f3", "不成立", LATER)],
        Decimal(0),
    )
    whole = Decimal("1.000000")
    assert found == {
        ("case", "c1"): (1, FIRST, 2, whole),
        ("case", "c2"): (0, LATER, 1, whole),
        ("doctor", "d1"): (1, FIRST, 1, whole),
        # Both of the doctor's findings were refuted; it is known since the second.
        ("doctor", "d2"): (0, LATER, 2, whole),
        ("institution", "H1"): (1, FIRST, 3, whole),
    }


def test_what_is_concluded_in_part_without_a_confirmation_is_unknown() -> None:
    found = made(
        [finding("f1", "c1", None), finding("f2", "c1", None)], [case("c1", 1, findings=2)], [outcome("c1", "f1", "不成立")]
    )
    assert found["case", "c1"][:3] == (None, None, 1)


def test_the_latest_conclusion_counts_and_one_on_the_case_speaks_for_its_findings() -> None:
    found = made(
        [finding("f1", "c1", None), finding("f2", "c2", None), finding("f3", "c3", None)],
        [case("c1", 1), case("c2", 2), case("c3", 3)],
        [
            outcome("c1", "f1", "成立"),
            outcome("c1", "f1", "不成立", LATER, seq=2),  # upheld no longer
            outcome("c2", None, "成立"),
            outcome("c3", None, "成立"),
            outcome("c3", "f3", "不成立", LATER, line="a"),  # its only line says otherwise
        ],
    )
    assert [found["case", name][:2] for name in ("c1", "c2", "c3")] == [(0, LATER), (1, FIRST), (0, LATER)]


def test_the_chance_is_that_of_the_rank_and_of_the_draw() -> None:
    # Ten cases: the first was chosen; of the others, which nobody chose, the last was drawn.
    cases = [case(f"c{rank}", rank, sampled=int(rank == 10), findings=2 if rank == 10 else 1) for rank in range(1, 11)]
    findings = [finding(f"f{rank}", f"c{rank}", "d1" if rank > 8 else None) for rank in range(1, 11)]
    concluded = [outcome("c1", "f1", "不成立"), outcome("c10", "f10", "不成立")]
    unseen = [case("later", 1, month="2025-04")]

    found = made([*findings, finding("f11", "later", None, month="2025-04")], [*cases, *unseen], concluded, Decimal("0.1"))

    assert found["case", "c1"][3] == Decimal("1.000000")
    assert found["case", "c2"][3] == Decimal("0.100000")
    # Two findings, either of which may be drawn: 1 - 0.9².
    assert found["case", "c10"][3] == Decimal("0.190000")
    # Looked at through either of the cases: 1 - 0.9 × 0.81. One of them was not, so nothing is known.
    assert found["doctor", "d1"] == (None, None, 1, Decimal("0.271000"))
    # Nobody has reviewed April yet.
    assert found["case", "later"] == (None, None, 0, None)
