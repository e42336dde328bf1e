"""What an engine does may be limited in seconds: Spark's jobs are cancelled (DuckDB: tests/rules/test_guard.py)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rules.engines.budget import OverBudget, stopped_after
from rules.engines.spark import SparkEngine

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def test_a_spark_job_that_takes_too_long_is_cancelled(spark: SparkSession, tmp_path: Path) -> None:
    engine = SparkEngine(spark, tmp_path)
    engine.register("number", spark.range(300_000))
    endless = "SELECT sum(a.id * b.id % 7) AS n FROM number AS a CROSS JOIN number AS b"
    started = time.monotonic()

    with pytest.raises(OverBudget), engine.limited(2):
        engine.sql("endless", endless, reused=True)

    assert time.monotonic() - started < 60
    # What comes after is not of the cancelled group.
    with engine.limited(600):
        engine.sql("counted", "SELECT count(*) AS n FROM number", reused=True)
    assert engine.arrow("counted").to_pylist() == [{"n": 300_000}]


def test_a_block_that_nothing_could_stop_is_over_budget_too() -> None:
    calls = []

    with pytest.raises(OverBudget), stopped_after(0.01, lambda: calls.append(1), (ValueError,)):
        time.sleep(0.1)

    assert calls


def test_what_is_raised_in_time_passes_through() -> None:
    with pytest.raises(ValueError, match="own fault"), stopped_after(60, lambda: None, (ValueError,)):
        raise ValueError("own fault")
