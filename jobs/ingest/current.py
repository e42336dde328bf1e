"""The rows in force: of every key the newest row that is no orphan."""

from collections.abc import Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.ingest.faults import ORIGIN
from jobs.ingest.reasons import IS_ORPHAN
from lake.store import Lake
from lake.tables import REJECTS
from lake.tables.schema import Table


def current_rows(lake: Lake, table: Table, versions: Mapping[str, int] | None = None) -> DataFrame:
    """One row per key of the source table, as of ``versions`` (as a publication names them) or the newest.

    Orphans are out before the newest row is chosen: they do not exist, so the row before them stays in force.
    """
    pinned = versions or {}
    rejects = lake.read(REJECTS, pinned.get(REJECTS.name))
    orphans = rejects.where(F.col("table_name") == table.name).where(IS_ORPHAN)
    return in_force(lake.read(table, pinned.get(table.name)), orphans, table)


def in_force(rows: DataFrame, orphans: DataFrame, table: Table) -> DataFrame:
    """Of every key the row of the greatest batch_id, ``orphans`` left out."""
    existing = rows.join(orphans.select(*ORIGIN), on=list(ORIGIN), how="left_anti")
    # A key is unique within a batch. Only keys of several batches take part in the join, so wide rows need no shuffle.
    brought = existing.groupBy(*table.key).agg(F.max("batch_id").alias("last_batch"), F.count("*").alias("times"))
    corrected = brought.where(F.col("times") > 1).drop("times")
    is_newest = F.col("last_batch").isNull() | (F.col("batch_id") == F.col("last_batch"))
    marked = existing.join(corrected, on=list(table.key), how="left")
    return marked.where(is_newest).select(*table.names)
