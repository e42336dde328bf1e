"""Rows of the driver become frames that Spark plans with, whatever their kinds, and were they none."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from lake.tables.schema import Column, Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

TABLE = Table(
    name="made_up",
    meaning="one column of each kind",
    columns=(
        Column("text", "string", ""), Column("day", "date", ""), Column("time", "timestamp", ""), Column("money", "money", ""),
        Column("number", "bigint", ""), Column("truth", "boolean", ""), Column("share", "double", ""),
        Column("texts", "strings", ""),
    ),
    key=("text",),
)  # fmt: skip
# In summer time, which Spark's own times would shift.
SUMMER = datetime.fromisoformat("1986-05-04 02:30:00")
FULL = ("药", date(2025, 2, 1), SUMMER, Decimal("1.50"), 1, True, 0.5, ["a", "b"])
EMPTY = ("b",) + (None,) * 7


def plan(frame: DataFrame) -> str:
    return str(frame._jdf.queryExecution().optimizedPlan())


def test_a_frame_holds_the_rows_in_the_tables_types(spark: SparkSession) -> None:
    frame = TABLE.frame(spark, [FULL, EMPTY])

    assert frame.schema == TABLE.spark_schema()
    assert [tuple(row) for row in frame.collect()] == [FULL, EMPTY]


def test_no_rows_are_a_frame_of_the_same_types(spark: SparkSession) -> None:
    frame = TABLE.frame(spark)

    assert (frame.schema, frame.collect()) == (TABLE.spark_schema(), [])


def test_no_python_worker_is_asked_for_the_rows(spark: SparkSession) -> None:
    assert plan(TABLE.frame(spark, [FULL])).startswith("LocalRelation")
    assert plan(TABLE.frame(spark)).startswith("LocalRelation")
