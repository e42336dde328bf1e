"""The reference gives what each example of the contract says: its own test."""

from __future__ import annotations

import pytest

from tests.examples.case import Case
from tests.examples.contract import load_cases
from tests.examples.expectation import unmet
from tests.reference.judge import judge


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.id)
def test_the_reference_finds_what_the_contract_says(case: Case) -> None:
    result = judge(case.tables, case.rules, case.conf, [case.month])

    assert unmet(case, result.findings, result.detl) == [], case.why


def test_every_type_has_a_finding_and_a_clean_example() -> None:
    shown = {(case.rule_type_id, not case.expects) for case in load_cases()}

    assert len(shown) == 80
