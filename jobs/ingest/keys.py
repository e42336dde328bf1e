"""One key several times in one batch: identical rows load once, contradicting ones not at all."""

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.ingest.faults import ORIGIN, fault
from jobs.ingest.reasons import KEY_CONFLICT
from lake.tables.schema import Table


def shared_keys(rows: DataFrame, table: Table) -> DataFrame:
    """One row per batch and key that several typed rows have."""
    counted = rows.groupBy("batch_id", *table.key).agg(F.count(F.lit(1)).alias("times"))
    return counted.where(F.col("times") > 1).select("batch_id", *table.key)


def left_out(rows: DataFrame, table: Table) -> DataFrame:
    """One row per typed row that a shared key keeps out of the table: a `fault` if contents differ, else a repeat."""
    shared = rows.join(shared_keys(rows, table), on=["batch_id", *table.key], how="left_semi")
    of_key = Window.partitionBy("batch_id", *table.key)
    whole = of_key.rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)
    hashed = shared.withColumn("content", _content(table))
    is_conflict = F.min("content").over(whole) != F.max("content").over(whole)
    compared = hashed.withColumns(
        {
            "fault": F.when(is_conflict, fault("|".join(table.key), KEY_CONFLICT)),
            "place": F.row_number().over(of_key.orderBy("line_no")),
        }
    )
    return compared.where(F.col("fault").isNotNull() | (F.col("place") > 1)).select(*ORIGIN, *table.key, "fault")


def _content(table: Table) -> Expression:
    """A hash of all values. The hash passes over missing ones, so which are missing is hashed with them."""
    names = [column.name for column in table.stored if not column.internal]
    return F.xxhash64(*names, *[F.col(name).isNull() for name in names])
