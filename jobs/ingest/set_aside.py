"""`rejects` and `batch_file` after a load: orphans judged again, counts that add up."""

from functools import reduce

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.ingest.faults import ORIGIN
from jobs.ingest.load import FileName, in_batches, replace_slice
from jobs.ingest.reasons import IS_ORPHAN, IS_QUARANTINED, IS_STORED
from jobs.ingest.references import REFERRED, REFERRING, orphans
from jobs.ingest.report import FileCounts
from lake.errors import IntegrityFailure
from lake.store import Lake
from lake.tables import BATCH_FILE, REJECTS, SOURCE_TABLES

Slice = tuple[str, str]  # batch_id and table


def current_orphans(lake: Lake, slices: set[Slice], everywhere: bool) -> DataFrame:
    """All orphans of the lake, in the columns of `rejects`.

    Existence only grows as batches come, so only the new rows and the orphans of before need a look, unless
    rows that others may refer to were replaced: then ``everywhere``.
    """
    before = lake.read(REJECTS).where(IS_ORPHAN)
    waiting = _tables(before) if lake.exists(REJECTS) else set()
    judged = {}
    for name in REFERRING:
        batch_ids = [batch_id for batch_id, table in slices if table == name]
        rows = lake.read(SOURCE_TABLES[name])
        is_new = F.expr(in_batches(batch_ids)) if batch_ids else F.lit(False)
        again = before.where(F.col("table_name") == name).select(*ORIGIN)
        if everywhere and lake.exists(SOURCE_TABLES[name]):
            judged[name] = rows
        elif name in waiting:
            retried = rows.where(~is_new).join(again, on=list(ORIGIN), how="left_semi")
            judged[name] = rows.where(is_new).unionByName(retried)
        elif batch_ids:
            judged[name] = rows.where(is_new)
    if not judged:
        return before.limit(0)
    found = orphans({name: lake.read(SOURCE_TABLES[name]) for name in REFERRED}, judged)
    # A row is set aside once: what the gate set aside stays so, unless its slice was loaded anew.
    quarantined = lake.read(REJECTS).where(IS_QUARANTINED).where(~_is_replaced(slices))
    return found.join(quarantined.select(*ORIGIN), on=list(ORIGIN), how="left_anti").select(*REJECTS.names)


def _tables(rejected: DataFrame) -> set[str]:
    return {row.table_name for row in rejected.select("table_name").distinct().collect()}


def replace_rejects(lake: Lake, slices: set[Slice], faulty: list[DataFrame], found: DataFrame) -> set[str]:
    """Writes the rejects of every batch that changed and returns those batches.

    ``slices`` were loaded now, ``faulty`` are their rows that never reached a table, ``found`` all orphans.
    """
    before = lake.read(REJECTS)
    new = {batch_id for batch_id, _ in slices}
    touched = new | _differing(before, found) if lake.exists(REJECTS) else new
    own = F.expr(in_batches(touched))
    staying = before.where(own & ~F.expr(IS_ORPHAN) & ~_is_replaced(slices))
    frames = [staying, found.where(own), *faulty]
    # Small, and read twice: whether there is any, then written.
    rejected = reduce(DataFrame.unionByName, frames).persist()
    replace_slice(lake, REJECTS, rejected, in_batches(touched))
    rejected.unpersist()
    return touched


def _is_replaced(slices: set[Slice]) -> Expression:
    """Whether a reject is of a slice that was loaded now."""
    return F.concat_ws("|", "batch_id", "table_name").isin([f"{batch_id}|{table}" for batch_id, table in sorted(slices)])


def _differing(before: DataFrame, found: DataFrame) -> set[str]:
    """The batches whose orphans are not what `rejects` says; a row in only one of both stands there once."""
    either = before.where(IS_ORPHAN).unionByName(found).groupBy(*REJECTS.names).count()
    return {row.batch_id for row in either.where("count = 1").select("batch_id").distinct().collect()}


def replace_counts(lake: Lake, loaded: list[FileCounts], touched: set[str]) -> list[FileCounts]:
    """Writes `batch_file` for every batch whose counts moved and returns the rows of the files loaded now.

    ``loaded`` knows what was read and repeated; kept and set aside are counted in the tables themselves.
    """
    known = [FileCounts(**row.asDict()) for row in lake.read(BATCH_FILE).collect()]
    rejected, stored_aside = _rejected(lake)
    moved = {row.batch_id for row in known if row.rows_rejected != rejected.get((row.batch_id, row.file), 0)}
    owned = touched | moved
    slices = {(row.batch_id, row.table_name) for row in loaded}
    rows = loaded + [row for row in known if row.batch_id in owned and (row.batch_id, row.table_name) not in slices]
    stored = _stored(lake, owned, {row.table_name for row in rows})
    counted = [_counted(row, stored, rejected, stored_aside) for row in rows]
    frame = BATCH_FILE.frame(lake.spark, [list(vars(row).values()) for row in counted])
    lake.replace(BATCH_FILE, frame, in_batches(owned))
    return counted[: len(loaded)]


def _rejected(lake: Lake) -> tuple[dict[FileName, int], dict[FileName, int]]:
    """Per file the rows set aside, and how many of them their table holds all the same."""
    per_file = lake.read(REJECTS).groupBy("batch_id", "file")
    rows = per_file.agg(F.count("*").alias("rows"), F.count_if(F.expr(IS_STORED)).alias("stored")).collect()
    return {(r.batch_id, r.file): r.rows for r in rows}, {(r.batch_id, r.file): r.stored for r in rows}


def _stored(lake: Lake, batch_ids: set[str], tables: set[str]) -> dict[FileName, int]:
    """Per file of these batches the rows in its table, those set aside among them."""
    slices = [lake.read(SOURCE_TABLES[name]).where(in_batches(batch_ids)) for name in sorted(tables)]
    counts = [rows.groupBy("batch_id", "file").agg(F.count("*").alias("rows")) for rows in slices]
    return {(row.batch_id, row.file): row.rows for row in reduce(DataFrame.unionByName, counts).collect()}


def _counted(
    row: FileCounts, stored: dict[FileName, int], rejected: dict[FileName, int], stored_aside: dict[FileName, int]
) -> FileCounts:
    """The file's counts as the tables have them now; IntegrityFailure if they do not add up."""
    name = (row.batch_id, row.file)
    kept = stored.get(name, 0) - stored_aside.get(name, 0)
    counted = FileCounts(**vars(row) | {"rows_kept": kept, "rows_rejected": rejected.get(name, 0)})
    if not counted.adds_up:
        raise IntegrityFailure(
            f"{row.batch_id}/{row.file}: {counted.rows_read} rows read, but {counted.rows_kept} kept, "
            f"{counted.rows_rejected} set aside and {counted.rows_repeated} repeated"
        )
    return counted
