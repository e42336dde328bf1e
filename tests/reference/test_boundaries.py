"""The reference gives what each boundary example says."""

from __future__ import annotations

import pytest

from tests.examples.boundary import load_boundaries
from tests.examples.case import Case
from tests.examples.expectation import unmet
from tests.reference.judge import judge


@pytest.mark.parametrize("case", load_boundaries(), ids=lambda case: case.id)
def test_the_reference_finds_what_the_boundary_example_says(case: Case) -> None:
    result = judge(case.tables, case.rules, case.conf, [case.month])

    assert unmet(case, result.findings, result.detl) == [], case.why
