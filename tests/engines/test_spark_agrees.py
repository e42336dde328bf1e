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
from tests.engines.batch import everything, judge_batch

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


def test_spark_and_duckdb_find_the_same(spark: SparkSession, tmp_path: Path) -> None:
    found = assert_equal(spark, tmp_path / "scratch", seeds=1)

    assert {row["rule_type_id"] for row in found["finding"]} == set(RULE_TYPES)
    assert found["refuse_list"]


@pytest.mark.long
def test_spark_and_duckdb_find_the_same_in_many_batches(spark: SparkSession, tmp_path: Path) -> None:
    assert assert_equal(spark, tmp_path / "scratch", seeds=12)["finding"]
