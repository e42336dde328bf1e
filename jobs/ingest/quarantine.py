"""Rows that the gate sets aside: they stay in their table, `rejects` says that they are not in force, and why."""

from collections.abc import Collection

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.ingest.faults import ORIGIN
from jobs.ingest.load import in_batches
from jobs.ingest.reasons import IS_QUARANTINED
from jobs.ingest.set_aside import replace_counts
from lake.store import Lake
from lake.tables import BATCH_FILE, REJECTS


def quarantine(lake: Lake, found: DataFrame, pending: Collection[str]) -> None:
    """Makes ``found`` (in the columns of `rejects`) what is quarantined of the ``pending`` batches, and adds what is of others.

    ``found`` is small. Nothing is written where that is so already.
    """
    batches = {*pending, *(row.batch_id for row in found.select("batch_id").distinct().collect())}
    own = lake.read(REJECTS).where(in_batches(batches))
    is_judged_anew = F.expr(IS_QUARANTINED) & F.expr(in_batches(pending))
    if found.isEmpty() and own.where(is_judged_anew).isEmpty():
        return
    staying = own.where(~is_judged_anew).join(found.select(*ORIGIN), on=list(ORIGIN), how="left_anti")
    # Read twice: compared, then written.
    rejected = staying.select(*REJECTS.names).unionByName(found.select(*REJECTS.names)).persist()
    was_written = lake.replace_changed(REJECTS, rejected, in_batches(batches))
    rejected.unpersist()
    if was_written or _is_miscounted(lake, in_batches(batches)):
        replace_counts(lake, [], batches)


def _is_miscounted(lake: Lake, own: str) -> bool:
    """Whether `batch_file` counts other rejects than there are, as after a night that was cut off between the two writes."""
    counted = lake.read(BATCH_FILE).where(own).agg(F.coalesce(F.sum("rows_rejected"), F.lit(0))).collect()[0][0]
    return bool(counted != lake.read(REJECTS).where(own).count())
