"""Spark and DuckDB answer one definition of the rules with the same rows, evidence and sentences included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from rules.catalogue import RULE_TYPES
from rules.engines import Engine
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine
from tests.engines.batch import MERGED_CASES, everything, judge_batch
from tests.examples.expectation import unmet
from tests.examples.merging import findings_of

RESULTS = ("finding", "finding_detl", "refuse_list")
Results = dict[str, list[dict[str, Any]]]


def results(engine: Engine) -> Results:
    """The rows of every result in one order."""
    return {name: sorted(engine.arrow(name).to_pylist(), key=repr) for name in RESULTS}


def assert_equal(spark: SparkSession, scratch: Path, seeds: int) -> Results:
    """The results of a batch, once both engines agree on every row."""
    batch = everything(seeds)
    embedded, distributed = DuckEngine(threads=1), SparkEngine(spark, scratch)
    judge_batch(embedded, batch)
    judge_batch(distributed, batch)
    expected, got = results(embedded), results(distributed)
    for name in RESULTS:
        assert got[name] == expected[name], name
    distributed.close()
    return got


@pytest.fixture(scope="module")
def found(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """What both engines find in the examples and one sampled batch of every type: judged once, Spark's plans cost the time."""
    return assert_equal(spark, tmp_path_factory.mktemp("both") / "scratch", seeds=1)


def test_spark_and_duckdb_find_the_same(found: Results) -> None:
    assert {row["rule_type_id"] for row in found["finding"]} == set(RULE_TYPES)
    assert found["refuse_list"]


def test_spark_finds_what_the_examples_say(found: Results) -> None:
    # Examples with a configuration of their own or an absent table cannot be judged among others: they run embedded only.
    results = (found["finding"], found["finding_detl"])
    wrong = {case.id: unmet(case, *findings_of(case, number, *results)) for number, case in enumerate(MERGED_CASES, start=1)}

    assert {case_id: lines for case_id, lines in wrong.items() if lines} == {}


@pytest.mark.long
def test_spark_and_duckdb_find_the_same_in_many_batches(spark: SparkSession, tmp_path: Path) -> None:
    assert assert_equal(spark, tmp_path / "scratch", seeds=12)["finding"]
