"""The embedded engine finds what each example of the contract says."""

from __future__ import annotations

import pytest

from rules.catalogue import RULE_TYPES
from tests.examples.case import Case
from tests.examples.contract import load_cases
from tests.examples.expectation import unmet
from tests.generated.engine import judge_duckdb


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.id)
def test_the_engine_finds_what_the_contract_says(case: Case) -> None:
    # Only the statements of the type's own shape: all shapes at once would take eight times as long for each example.
    own = {name: rule for name, rule in RULE_TYPES.items() if rule.shape == RULE_TYPES[case.rule_type_id].shape}

    result = judge_duckdb(case.tables, case.rules, case.conf, [case.month], own)

    assert unmet(case, result.findings, result.detl) == [], case.why
