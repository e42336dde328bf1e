"""A session that lacks a setting which results rely on is refused."""

from pathlib import Path

import pytest
from pyspark.errors import ArithmeticException
from pyspark.sql import SparkSession

from lake.errors import EnvironmentFailure
from lake.session import assert_settings, spark_session


def test_a_setting_that_was_changed_is_refused(spark: SparkSession) -> None:
    assert_settings(spark)
    spark.conf.set("spark.sql.ansi.enabled", "false")
    try:
        with pytest.raises(EnvironmentFailure, match=r"spark\.sql\.ansi\.enabled is false, not true"):
            assert_settings(spark)
    finally:
        spark.conf.set("spark.sql.ansi.enabled", "true")


def test_missing_jars_are_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match=r"delta-spark\.jar.*make setup"):
        spark_session("local[1]", "x", "1g", 1, [tmp_path / "delta-spark.jar"], tmp_path)


def test_a_failed_query_logs_no_value(spark: SparkSession, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ArithmeticException):
        spark.sql("SELECT CAST(big AS TINYINT) AS small FROM VALUES (310101) AS person(big)").collect()

    assert "310101" not in capfd.readouterr().err
