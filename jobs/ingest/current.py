"""The rows in force: of every key the newest row that is not set aside."""

from collections.abc import Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.ingest.faults import ORIGIN
from jobs.ingest.reasons import IS_STORED
from lake.store import Lake
from lake.tables import REJECTS
from lake.tables.schema import Table


def current_rows(lake: Lake, table: Table, versions: Mapping[str, int] | None = None) -> DataFrame:
    """One row per key of the source table, as of ``versions`` (as a publication names them) or the newest.

    What is set aside is out before the newest row is chosen: it does not exist, so the row before it stays in force.
    """
    pinned = versions or {}
    rejects = lake.read(REJECTS, pinned.get(REJECTS.name))
    set_aside = rejects.where(F.col("table_name") == table.name).where(IS_STORED)
    return in_force(lake.read(table, pinned.get(table.name)), set_aside, table)


def in_force(rows: DataFrame, set_aside: DataFrame, table: Table) -> DataFrame:
    """Of every key the row of the greatest batch_id, those ``set_aside`` left out."""
    existing = rows.join(set_aside.select(*ORIGIN), on=list(ORIGIN), how="left_anti")
    # A key is unique within a batch. Only keys of several batches take part in the join, so wide rows need no shuffle.
    brought = existing.groupBy(*table.key).agg(F.max("batch_id").alias("last_batch"), F.count("*").alias("times"))
    corrected = brought.where(F.col("times") > 1).drop("times")
    is_newest = F.col("last_batch").isNull() | (F.col("batch_id") == F.col("last_batch"))
    marked = existing.join(corrected, on=list(table.key), how="left")
    return marked.where(is_newest).select(*table.names)
