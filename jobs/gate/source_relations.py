"""The relations of the source suites: rows in force, those of them that are new, and what came with which batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from pyspark.sql import functions as F

from jobs.gate.pending import Pending
from jobs.ingest.current import in_force
from jobs.ingest.faults import ORIGIN
from jobs.ingest.load import in_batches
from jobs.ingest.reasons import IS_ORPHAN, IS_QUARANTINED
from jobs.relations import duckdb_current, register_set_aside, register_stored
from lake import knowledge
from lake.store import Lake
from lake.tables import BATCH_FILE, REJECTS, SOURCE_TABLES
from lake.tables.schema import Table
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine

# The rows of a table that this night is the first to judge: of pending batches, and those that came back in others.
_NEW = """
SELECT {columns}
FROM {table} AS stored
WHERE {is_pending}
"""
_RETURNED = """
UNION ALL
SELECT {columns}
FROM {table} AS stored
JOIN returned ON returned.table_name = '{table}' AND returned.batch_id = stored.batch_id
    AND returned.file = stored.file AND returned.line_no = stored.line_no
"""


# What was set aside of the pending batches before the gate.
_NEW_REJECT = f"""
SELECT {", ".join(ORIGIN)}, {IS_ORPHAN} AS is_orphan
FROM reject
WHERE {{is_new}} AND NOT {IS_QUARANTINED}
"""

STORED_COLUMN = pa.schema(
    [("batch_id", pa.string()), ("table_name", pa.string()), ("column_name", pa.string()), ("is_declared", pa.bool_())]
)


def register_sources(lake: Lake, engine: DuckEngine | SparkEngine, pending: Pending) -> None:
    """Registers every source table as ``<table>`` (its rows in force) and ``new_<table>``, and what the batches brought.

    Rows that the gate set aside before are in force here: a batch that is judged again is judged by all of its rows.
    """
    engine.register("returned", pending.returned)
    if isinstance(engine, DuckEngine):
        register_set_aside(lake, engine, IS_ORPHAN)
    for name, table in SOURCE_TABLES.items():
        if isinstance(engine, DuckEngine):
            duckdb_current(lake, engine, table, name, table.names)
        else:
            orphans = lake.read(REJECTS).where(IS_ORPHAN).where(F.col("table_name") == name)
            engine.register(name, in_force(lake.read(table), orphans, table))
        new_rows(engine, table, pending)
    _register_batches(lake, engine, pending)
    register_national(engine)


def new_rows(engine: DuckEngine | SparkEngine, table: Table, pending: Pending) -> None:
    """Makes ``new_<table>`` a view of those of its rows in force that are judged for the first time."""
    text = _NEW + _RETURNED if table.name in pending.returned.column("table_name").to_pylist() else _NEW
    columns = ", ".join(f"stored.{column}" for column in table.names)
    engine.view(f"new_{table.name}", text.format(columns=columns, table=table.name, is_pending=in_batches(pending.batches)))


def register_national(engine: DuckEngine | SparkEngine) -> None:
    """Registers the codes of the national lists."""
    engine.register("national_diagnosis", _codes(knowledge.icd10()))
    engine.register("national_operation", _codes(knowledge.icd9cm3()))


def _register_batches(lake: Lake, engine: DuckEngine | SparkEngine, pending: Pending) -> None:
    """What the suite of batch_file reads: new files, their rejects, and the columns that the lake holds of them."""
    files = lake.held(BATCH_FILE, [name for name in BATCH_FILE.names if name != "sha256"])
    engine.register("new_batch_file", files.filter(pc.is_in(files["batch_id"], pa.array(list(pending.batches), pa.string()))))
    register_stored(lake, engine, "reject", REJECTS)
    engine.view("new_reject", _NEW_REJECT.format(is_new=in_batches(pending.batches)))
    stored = {name: lake.columns(SOURCE_TABLES[name]) for name in pending.tables}
    engine.register("stored_column", stored_columns(pending, stored))


def stored_columns(pending: Pending, stored: Mapping[str, Sequence[str]]) -> pa.Table:
    """The columns that the lake holds of what came; ``stored``: by table."""
    columns = [
        {"batch_id": batch_id, "table_name": name, "column_name": column, "is_declared": column in SOURCE_TABLES[name].names}
        for name, batch_ids in pending.tables.items()
        for batch_id in sorted(batch_ids & pending.batches.keys())
        for column in stored[name]
    ]
    return pa.Table.from_pylist(columns, STORED_COLUMN)


@cache
def _codes(path: Path) -> pa.Table:
    """The codes of a national list."""
    read = csv.read_csv(path, convert_options=csv.ConvertOptions(include_columns=["code"], column_types={"code": pa.string()}))
    return pa.table({"code": sorted({code.strip().upper() for code in read.column("code").to_pylist()})})
