"""Staged files become rows of the source tables, one commit per table."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.ingest.faults import ORIGIN, as_rejects
from jobs.ingest.keys import left_out, shared_keys
from jobs.ingest.typed import RegionalValues, typed_rows
from lake.landing.stage import StagedFile, staged_ddl
from lake.places import spark_path
from lake.store import Lake
from lake.tables import SOURCE_TABLES
from lake.tables.schema import Table

log = logging.getLogger(__name__)

FileName = tuple[str, str]  # batch_id and file
# Most tables are small: their commits take the driver's time, not the workers'.
TABLES_AT_ONCE = 4
# What `_events` counts beside the columns that could not be parsed.
FAULTY = "(faulty row)"
SHARED_KEY = "(key of several rows)"


@dataclass
class Loading:
    """What one load found: rows to set aside, repeats and unparseable values per file; frames to release."""

    rejects: list[DataFrame] = field(default_factory=list)
    repeated: dict[FileName, int] = field(default_factory=dict)
    warnings: dict[FileName, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    cached: list[DataFrame] = field(default_factory=list)

    def release(self) -> None:
        for frame in self.cached:
            frame.unpersist()


def in_batches(batch_ids: Iterable[str]) -> str:
    """A predicate for the rows of these batches; batch ids hold no quotes (checked in the landing folder)."""
    quoted = [f"'{batch_id}'" for batch_id in sorted(set(batch_ids))]
    return f"batch_id IN ({', '.join(quoted)})" if quoted else "false"


def load_tables(lake: Lake, staged: list[StagedFile], region: RegionalValues) -> Loading:
    """Replaces the batches' slices of the source tables and returns what did not go into them."""
    files: dict[str, list[StagedFile]] = defaultdict(list)
    for file in staged:
        files[file.landed.table].append(file)
    typed = {name: _typed(lake, SOURCE_TABLES[name], files[name], region) for name in files}
    loading = Loading()
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    events = reduce(DataFrame.unionByName, [_events(rows, SOURCE_TABLES[name]) for name, rows in typed.items()])
    for name, batch_id, file, event, times in events.collect():
        seen[name][event] += times
        if event not in (FAULTY, SHARED_KEY):
            loading.warnings[batch_id, file][event] = times
    with ThreadPoolExecutor(TABLES_AT_ONCE) as pool:
        loads = [
            pool.submit(_load, lake, SOURCE_TABLES[name], rows, files[name], seen[name], loading) for name, rows in typed.items()
        ]
        for load in loads:
            load.result()
    return loading


def replace_slice(lake: Lake, table: Table, rows: DataFrame, where: str) -> None:
    """Replaces the slice, but leaves one alone that is empty before and after: Delta makes no commit of that."""
    if not (rows.isEmpty() and lake.read(table).where(where).isEmpty()):
        lake.replace(table, rows, where)


def _typed(lake: Lake, table: Table, files: list[StagedFile], region: RegionalValues) -> DataFrame:
    staged = lake.spark.read.schema(staged_ddl(table)).parquet(*[spark_path(file.path) for file in files])
    return typed_rows(staged, table, region)


def _events(rows: DataFrame, table: Table) -> DataFrame:
    """Faulty rows, values that became missing and shared keys: table_name, batch_id, file, event, times."""
    is_faulty = F.col("fault").isNotNull()
    happened = F.when(is_faulty, F.array(F.lit(FAULTY))).otherwise(F.split("unparseable", ","))
    imperfect = rows.where(is_faulty | (F.col("unparseable") != ""))
    in_rows = imperfect.select("batch_id", "file", F.explode(happened).alias("event"))
    shared = shared_keys(_sound(rows), table).select("batch_id", F.lit("").alias("file"), F.lit(SHARED_KEY).alias("event"))
    counted = in_rows.unionByName(shared).groupBy("batch_id", "file", "event").agg(F.count(F.lit(1)).alias("times"))
    return counted.select(F.lit(table.name).alias("table_name"), "batch_id", "file", "event", "times")


def _sound(rows: DataFrame) -> DataFrame:
    return rows.where(F.col("fault").isNull())


def _load(lake: Lake, table: Table, rows: DataFrame, files: list[StagedFile], seen: Counter[str], loading: Loading) -> None:
    """Writes the table's rows; what ``seen`` does not mention is not looked for again."""
    kept = _sound(rows)
    if FAULTY in seen:
        loading.rejects.append(as_rejects(rows.where(F.col("fault").isNotNull()), table))
    if SHARED_KEY in seen:
        # Read three times (here, for the rejects, for the counts), and few: only rows whose key repeats.
        excluded = left_out(kept, table).persist()
        loading.cached.append(excluded)
        kept = kept.join(excluded.select(*ORIGIN), on=list(ORIGIN), how="left_anti")
        loading.rejects.append(as_rejects(excluded.where(F.col("fault").isNotNull()), table))
        repeats = excluded.where(F.col("fault").isNull()).groupBy("batch_id", "file").count()
        loading.repeated.update({(batch_id, file): times for batch_id, file, times in repeats.collect()})
    where = in_batches(file.landed.batch_id for file in files)
    log.info("ingest: %s, %s rows read", table.name, f"{sum(file.rows for file in files):,}")
    if SHARED_KEY not in seen and sum(file.rows for file in files) > seen[FAULTY]:
        lake.replace(table, kept, where)
    else:
        replace_slice(lake, table, kept, where)
