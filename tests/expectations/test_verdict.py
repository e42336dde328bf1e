"""From measures to verdicts, with Great Expectations itself over frames on Spark: what cannot be vouched for refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from expectations.check import FAIL, QUARANTINE, WARN, Check, Suite
from expectations.great import GreatExpectations
from expectations.metrics import Measure
from expectations.verdict import NOT_RUN, PASSED, REFUSED, RELEASED, SET_ASIDE, WARNED, Asked, Limits, verdicts

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LIMITS = Limits(shares={"sums": 0.1}, min_rows=100)
BOUND = Check("sum", "不平", "列错位", "", WARN, "sums")
STRICT = Check("none", "重复", "重复计算", "", FAIL)
ASIDE = Check("negative", "为负", "无从轧差", "", QUARANTINE, "sums")
FREE = Check("odd", "少见", "留意", "", WARN)


@pytest.fixture(scope="session")
def great(spark: SparkSession) -> GreatExpectations:
    """The library, imported once."""
    return GreatExpectations(spark)


def measure(check: Check, faults: int | None, part: str = "b1", rows: int = 1000) -> Measure:
    return Measure("fee_list_d", "明细", part, check, rows, rows, faults)


def validated(
    great: GreatExpectations, limits: Mapping[str, float], rows: Sequence[Mapping[str, float]]
) -> Mapping[str, bool | None]:
    return great.validate({"fee_list_d": Asked(limits, rows)})["fee_list_d"]


def states(great: GreatExpectations, *measures: Measure, released: tuple[str, ...] = ()) -> list[str]:
    return [verdict.state for verdict in verdicts(measures, LIMITS, released, great.validate)]


def test_a_check_refuses_by_its_consequence(great: GreatExpectations) -> None:
    clean = [measure(check, 0) for check in (BOUND, STRICT, ASIDE, FREE)]
    few = [measure(check, 1) for check in (BOUND, STRICT, ASIDE, FREE)]
    many = [measure(check, 101) for check in (BOUND, STRICT, ASIDE, FREE)]

    assert states(great, *clean) == [PASSED, PASSED, PASSED, PASSED]
    assert states(great, *few) == [WARNED, REFUSED, SET_ASIDE, WARNED]
    assert states(great, *many) == [REFUSED, REFUSED, REFUSED, WARNED]


def test_a_share_that_is_reached_does_not_refuse(great: GreatExpectations) -> None:
    assert states(great, measure(BOUND, 100)) == [WARNED]


def test_a_small_batch_is_held_to_shares_as_if_sound_rows_made_it_up(great: GreatExpectations) -> None:
    # A tenth of a hundred rows: half of twenty may be at fault, and all of ten.
    assert states(great, measure(BOUND, 10, rows=20), measure(STRICT, 1, rows=20)) == [WARNED, REFUSED]
    assert states(great, measure(BOUND, 11, rows=20)) == [REFUSED]
    assert states(great, measure(BOUND, 10, rows=10)) == [WARNED]
    assert states(great, measure(replace(BOUND, any_size=True), 2, rows=10)) == [REFUSED]


def test_the_limit_is_the_batchs_own(great: GreatExpectations) -> None:
    checks = (BOUND, STRICT, FREE, replace(BOUND, any_size=True))
    sizes = {rows: [measure(replace(check, id=str(n)), 0, rows=rows) for n, check in enumerate(checks)] for rows in (200, 20, 10)}

    limits = {rows: [verdict.limit for verdict in verdicts(of, LIMITS, (), great.validate)] for rows, of in sizes.items()}

    assert limits == {200: [0.1, 0.0, None, 0.1], 20: [0.5, 0.0, None, 0.1], 10: [None, 0.0, None, 0.1]}


def test_each_batch_is_judged_by_its_own_rows(great: GreatExpectations) -> None:
    judged = states(great, measure(BOUND, 0, "b1"), measure(BOUND, 500, "b2"), measure(BOUND, 5, "b3"))

    assert judged == [PASSED, REFUSED, WARNED]


def test_a_released_batch_refuses_nothing(great: GreatExpectations) -> None:
    both = [measure(STRICT, 1, "b1"), measure(STRICT, 1, "b2")]

    assert states(great, *both, released=("b1",)) == [RELEASED, REFUSED]
    assert states(great, *both, released=("b1", "b2")) == [RELEASED, RELEASED]


@pytest.mark.parametrize("check", [BOUND, STRICT, ASIDE, FREE], ids=lambda check: check.id)
def test_what_was_not_computed_refuses_whatever_its_consequence(great: GreatExpectations, check: Check) -> None:
    sound = measure(check, 0, "b1")

    assert states(great, sound, measure(check, None, "b2")) == [PASSED, NOT_RUN]
    assert states(great, sound, replace(measure(check, 0, "b2"), asked=None)) == [PASSED, NOT_RUN]


def test_an_expectation_that_did_not_run_refuses(great: GreatExpectations) -> None:
    assert validated(great, {"sum": 0.1, "gone": 0.1}, [{"sum": 0.0}]) == {"sum": True, "gone": False}

    def without_answer(asked: Mapping[str, Asked]) -> Mapping[str, Mapping[str, bool | None]]:
        return {"fee_list_d": {"sum": True}}

    judged = verdicts([measure(BOUND, 0), measure(STRICT, 0)], LIMITS, (), without_answer)
    assert [verdict.state for verdict in judged] == [PASSED, NOT_RUN]


def test_an_answer_that_the_values_contradict_refuses() -> None:
    def always(answer: bool) -> list[str]:
        judged = verdicts(
            [measure(BOUND, 0), measure(STRICT, 1)], LIMITS, (),
            lambda asked: {table: dict.fromkeys(of.limits, answer) for table, of in asked.items()},
        )  # fmt: skip
        return [verdict.state for verdict in judged]

    assert always(True) == [PASSED, NOT_RUN]
    assert always(False) == [NOT_RUN, REFUSED]


def test_an_exception_within_great_expectations_is_no_answer(great: GreatExpectations) -> None:
    """A column that Spark cannot find: the metric raises, and the result says so in exception_info."""
    checkpoint = great._checkpoint({"sum": 0.1, "absent": 0.1})
    frame = great._frame(["sum"], [{"sum": 0.0}])

    assert great._answers(checkpoint, frame, {"sum": 0.1, "absent": 0.1}) == {"sum": True, "absent": None}


def test_tables_are_asked_together_and_each_answers_for_itself(great: GreatExpectations) -> None:
    """Also where their checks bear one name, and where one table has no row beside another's."""
    asked = {
        "fee_list_d": Asked({"sum": 0.1, "none": 0.0}, [{"sum": 0.2, "none": 0.0}, {"sum": 0.0, "none": 0.0}]),
        "setl_d": Asked({"sum": 0.1}, [{"sum": 0.1}]),
        "diag_d": Asked({"sum": 0.1}, []),
    }

    assert great.validate(asked) == {
        "fee_list_d": {"sum": False, "none": True},
        "setl_d": {"sum": True},
        "diag_d": {"sum": False},
    }
    mixed = [measure(BOUND, 0), replace(measure(BOUND, 500), table="setl_d"), measure(STRICT, 1)]
    assert [(v.measure.table, v.state) for v in verdicts(mixed, LIMITS, (), great.validate)] == [
        ("fee_list_d", PASSED), ("fee_list_d", REFUSED), ("setl_d", REFUSED),
    ]  # fmt: skip


def test_no_rows_and_no_values_hold_nothing(great: GreatExpectations) -> None:
    limits = {"sum": 0.1}

    assert validated(great, limits, []) == {"sum": False}
    assert validated(great, limits, [{"sum": float("nan")}]) == {"sum": False}
    assert validated(great, limits, [{"sum": float("inf")}]) == {"sum": False}


def test_a_suite_without_checks_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="a suite has checks"):
        Suite("fee_list_d", "费用明细", ())
