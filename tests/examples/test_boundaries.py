"""The embedded engine finds what each boundary example says; the examples probe what they ought to."""

from __future__ import annotations

from typing import Any

import pytest

from rules.catalogue import RULE_TYPES
from rules.engines.duck import DuckEngine
from tests.engines.batch import judge_batch
from tests.examples.boundary import load_boundaries, shown_boundaries
from tests.examples.case import Case
from tests.examples.expectation import unmet
from tests.examples.merging import findings_of, is_mergeable, merged_cases
from tests.generated.engine import judge_duckdb

Rows = list[dict[str, Any]]
KINDS = {
    "limit",  # a parameter's value itself, and the next value on its other side
    "unit",  # ... where that is the smallest unit: a cent, a ten-thousandth of a count, a second
    "rounding",  # half of the last place
    "midnight",
    "birthday",
    "leap_day",
    "settlements",  # several in one visit
    "refund",  # of a part, of the whole, of what is compared
    "versions",  # of a rule by date
    "scope",
    "exemption",
    "missing",  # a value
    "absent",  # a table
}
CASES = load_boundaries()
TOGETHER = [case for case in CASES if is_mergeable(case)]
ALONE = [case for case in CASES if not is_mergeable(case)]


@pytest.fixture(scope="module")
def judged() -> tuple[Rows, Rows]:
    """finding and finding_detl of all examples that merge, judged at once: one by one they would take minutes."""
    engine = DuckEngine(threads=1)
    judge_batch(engine, merged_cases(TOGETHER, []))
    return engine.arrow("finding").to_pylist(), engine.arrow("finding_detl").to_pylist()


@pytest.mark.parametrize(("number", "case"), enumerate(TOGETHER, start=1), ids=[case.id for case in TOGETHER])
def test_the_engine_finds_what_the_boundary_example_says(number: int, case: Case, judged: tuple[Rows, Rows]) -> None:
    assert unmet(case, *findings_of(case, number, *judged)) == [], case.why


@pytest.mark.parametrize("case", ALONE, ids=lambda case: case.id)
def test_the_engine_finds_what_a_boundary_example_of_its_own_lake_says(case: Case) -> None:
    own = {name: rule for name, rule in RULE_TYPES.items() if rule.shape == RULE_TYPES[case.rule_type_id].shape}

    result = judge_duckdb(case.tables, case.rules, case.conf, [case.month], own)

    assert unmet(case, result.findings, result.detl) == [], case.why


def test_every_type_is_probed_on_both_sides() -> None:
    for type_id in RULE_TYPES:
        cases = [case for case in CASES if case.rule_type_id == type_id]

        assert len(cases) >= 4, type_id
        assert {bool(case.expects) for case in cases} == {True, False}, type_id


def test_every_kind_of_boundary_is_probed() -> None:
    shown = [example for examples in shown_boundaries().values() for example in examples]

    assert {kind for example in shown for kind in example["probes"]} == KINDS


def test_every_example_has_a_name_of_its_own() -> None:
    ids = [case.id for case in CASES]

    assert len(ids) == len(set(ids))
