"""The lake's tables as relations of an engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from pyspark.sql import DataFrame

from jobs.ingest import current_rows
from jobs.ingest.load import in_batches
from jobs.ingest.reasons import IS_STORED
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BILL_LINE, BILL_SETTLEMENT, BILL_VISIT, CODE_DICT, REJECTS, SOURCE_TABLES
from lake.tables.schema import DUCKDB_TYPES, Table
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine
from rules.judge import CODED_TABLES, Region

# Source tables that an audit reads beside the bills, which hold the others already.
BESIDE_BILLS = tuple(name for name in SOURCE_TABLES if name not in ("setl_d", "fee_list_d"))
BILLS = {"line": BILL_LINE, "visit": BILL_VISIT, "settlement": BILL_SETTLEMENT, "code_dict": CODE_DICT}


def region_of(settings: Settings) -> Region:
    """What the statements need of the regional profile."""
    return Region(settings.med_class, settings.hosp_rank, settings.inpatient_prefixes, settings.dose_frequency)


def in_months(table: Table, months: Sequence[str]) -> str:
    """The slice of a table, partitioned by month, that these months are."""
    listed = ", ".join(f"'{month}'" for month in months)
    return f"{table.partition[0]} IN ({listed})"


def present_tables(lake: Lake) -> frozenset[str]:
    """The source tables that ever came; what never came is not evaluable."""
    return frozenset(name for name, table in SOURCE_TABLES.items() if lake.exists(table))


def source_relations(lake: Lake, engine: DuckEngine | SparkEngine, names: Iterable[str], touched: bool = False) -> None:
    """Registers the current rows of source tables; ``touched``: of visits only those in relation ``touched_visit``."""
    if isinstance(engine, DuckEngine):
        duckdb_sources(lake, engine, names, touched)
    else:
        spark_sources(lake, engine, names, touched)


def register_stored(lake: Lake, engine: DuckEngine | SparkEngine, name: str, table: Table, where: str = "true") -> None:
    """Registers the rows of a table, in force or not, that ``where`` over partitions leaves, as they are now."""
    if isinstance(engine, DuckEngine):
        register_table(engine, f"stored_{name}", lake, table)
        engine.view(name, f"SELECT * FROM stored_{name} WHERE {where}")
    else:
        engine.register(name, lake.read(table, lake.version(table) if lake.exists(table) else None).where(where))


def spark_sources(lake: Lake, engine: SparkEngine, names: Iterable[str], touched: bool = False) -> None:
    """Registers the current rows of source tables as views."""
    for name in names:
        frame = current_rows(lake, SOURCE_TABLES[name]).drop("batch_id", "file", "line_no")
        if touched and "mdtrt_id" in frame.columns:
            frame = frame.join(engine.frame("touched_visit"), on="mdtrt_id", how="left_semi")
        engine.register(relation_of(name), frame)


def duckdb_sources(lake: Lake, engine: DuckEngine, names: Iterable[str], touched: bool = False) -> None:
    """Registers the current rows of source tables as views of the lake's own files."""
    register_set_aside(lake, engine, IS_STORED)
    for name in names:
        table = SOURCE_TABLES[name]
        columns = [column.name for column in table.stored if not column.internal]
        of_touched = touched and "mdtrt_id" in table.names
        duckdb_current(lake, engine, table, relation_of(name), columns, of_touched)


def register_set_aside(lake: Lake, engine: DuckEngine, where: str) -> None:
    """Makes ``set_aside`` the rows of `rejects` for which ``where`` holds: those that are stored and not in force."""
    register_table(engine, "stored_rejects", lake, REJECTS)
    engine.sql("set_aside", f"SELECT * FROM stored_rejects WHERE {where}")


def duckdb_current(
    lake: Lake, engine: DuckEngine, table: Table, relation: str, columns: Sequence[str], touched: bool = False
) -> None:
    """Makes ``relation`` a view of the table's rows in force: newest batch of each key, none that ``set_aside`` names."""
    register_table(engine, f"stored_{table.name}", lake, table)
    if touched:
        _keep_touched(engine, table)
    rows_in_force(engine, table, relation, columns)


def rows_in_force(engine: DuckEngine, table: Table, relation: str, columns: Sequence[str]) -> None:
    """Makes ``relation`` a view of those rows of stored_<table> that are in force."""
    key = ", ".join(f"stored.{column}" for column in table.key)
    engine.sql(f"corrected_{table.name}", _CORRECTED.format(table=table.name, key=key))
    same_key = " AND ".join(f"corrected.{column} = stored.{column}" for column in table.key)
    listed = ", ".join(f"stored.{column}" for column in columns)
    engine.view(relation, _CURRENT.format(table=table.name, columns=listed, same_key=same_key))


# Keys of a source table that came in several batches, with the newest.
_CORRECTED = """
SELECT {key}, max(stored.batch_id) AS last_batch
FROM stored_{table} AS stored
LEFT JOIN set_aside ON set_aside.table_name = '{table}' AND set_aside.batch_id = stored.batch_id
    AND set_aside.file = stored.file AND set_aside.line_no = stored.line_no
WHERE set_aside.line_no IS NULL
GROUP BY {key}
HAVING count(*) > 1
"""

# The rows in force, as jobs/ingest/current.py has them on Spark.
_CURRENT = """
SELECT {columns}
FROM stored_{table} AS stored
LEFT JOIN set_aside ON set_aside.table_name = '{table}' AND set_aside.batch_id = stored.batch_id
    AND set_aside.file = stored.file AND set_aside.line_no = stored.line_no
LEFT JOIN corrected_{table} AS corrected ON {same_key}
WHERE set_aside.line_no IS NULL AND (corrected.last_batch IS NULL OR corrected.last_batch = stored.batch_id)
"""


# The batches that brought a row of a touched visit: the others need not be read whole.
_TOUCHED_BATCH = """
SELECT DISTINCT stored.batch_id
FROM stored_{table} AS stored
JOIN touched_visit ON touched_visit.mdtrt_id = stored.mdtrt_id
"""
_TOUCHED_ROW = """
SELECT stored.*
FROM stored_{table} AS stored
JOIN touched_visit ON touched_visit.mdtrt_id = stored.mdtrt_id
WHERE {is_of_batches}
"""


def _keep_touched(engine: DuckEngine, table: Table) -> None:
    """Makes stored_<table> the rows of touched visits."""
    engine.sql("touched_batch", _TOUCHED_BATCH.format(table=table.name))
    is_of_batches = in_batches(engine.arrow("touched_batch")["batch_id"].to_pylist())
    engine.sql(f"touched_{table.name}", _TOUCHED_ROW.format(table=table.name, is_of_batches=is_of_batches))
    engine.view(f"stored_{table.name}", f"SELECT * FROM touched_{table.name}")


def relation_of(name: str) -> str:
    """The relation that a source table's current rows bear: raw_<table> where the statements add code_key."""
    return f"raw_{name}" if name in CODED_TABLES else name


def bill_relations(lake: Lake, engine: DuckEngine | SparkEngine) -> None:
    """Registers bills and source tables for an audit."""
    for name, table in BILLS.items():
        register_stored(lake, engine, name, table)
    source_relations(lake, engine, BESIDE_BILLS)


def engine_frame(lake: Lake, engine: DuckEngine | SparkEngine, relation: str, folder: Path) -> DataFrame:
    """The rows of a relation for Spark: as they are planned there, or through a file in ``folder``."""
    if isinstance(engine, SparkEngine):
        return engine.frame(relation)
    path = folder / f"{relation}.parquet"
    engine.write(relation, path)
    return lake.spark.read.parquet(str(path))


def register_table(engine: DuckEngine, name: str, lake: Lake, table: Table) -> None:
    """Makes relation ``name`` of a lake table: its own files, or no rows where it has none. Columns that were declared since the
    table was written hold nothing.
    """
    files, stored = lake.data_files(table), lake.columns(table)
    lacking = [f"CAST(NULL AS {DUCKDB_TYPES[one.kind]}) AS {one.name}" for one in table.stored if one.name not in stored]
    if files and lacking:
        engine.register_files(f"written_{name}", files, table.partition)
        engine.view(name, f"SELECT *, {', '.join(lacking)} FROM written_{name}")
    elif files:
        engine.register_files(name, files, table.partition)
    else:
        engine.register(f"no_{name}", table.arrow_schema().empty_table())
        engine.view(name, f"SELECT * FROM no_{name}")
