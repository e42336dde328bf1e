"""The comparer names what differs and is silent about equal results."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

import pytest

from tests.examples.contract import load_cases
from tests.generated.differences import differences
from tests.reference.judge import Result, judge


@pytest.fixture
def result() -> Result:
    """V14: one line at fault, one related, refused."""
    case = next(case for case in load_cases() if case.id == "V14-1")
    return judge(case.tables, case.rules, case.conf, [case.month])


def test_equal_results_do_not_differ(result: Result) -> None:
    assert differences(result, deepcopy(result)) == []


def test_a_missing_finding_is_named_by_rule_and_lines(result: Result) -> None:
    wrong = differences(result, Result(refuse_list=result.refuse_list))

    assert wrong == ["missing finding R1 v1 M1/S1 at fault [M1|L2] related [M1|L1] amount 30.00"]


def test_a_cent_too_much_is_named_in_finding_and_row(result: Result) -> None:
    other = deepcopy(result)
    other.findings[0]["fund_amt"] += Decimal("0.01")
    other.detl[0]["fund_amt"] += Decimal("0.01")

    name = "R1 v1 M1/S1 at fault [M1|L2] related [M1|L1] amount 30.00"
    assert differences(result, other) == [
        f"{name}: fund_amt expected 24.00, got 24.01",
        f"{name}: row (1, 'M1', 'L2') fund_amt expected 24.00, got 24.01",
    ]


def test_a_related_row_and_a_refusal_too_few_are_named(result: Result) -> None:
    other = deepcopy(result)
    other.detl = [row for row in other.detl if row["vola_item_type"] == 1]
    other.refuse_list = []

    wrong = differences(result, other)

    assert len(wrong) == 2
    assert wrong[0].endswith("row (2, 'M1', 'L1') missing")
    assert wrong[1].startswith("refuse_list lacks month=2025-03 mdtrt_id=M1 setl_id=S1 feedetl_sn=L2")
