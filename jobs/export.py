"""The export job: a published table as CSV or Parquet, in the contract's formats (contract, section 6)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame

from jobs.ingest import current_rows
from jobs.settings import Settings
from jobs.spark import open_published
from lake.errors import BadInput, NotAllowed
from lake.publications import last, read_published
from lake.store import Lake
from lake.tables import TABLES
from lake.tables.schema import Column, Table

PLACES = {"money": 2, "count": 4, "price": 6}
# What somebody may ask for who wants the persons themselves.
IDENTITIES = ("identity", "persons")
JSON_COLUMNS = ("vola_evid", "params", "versions", "contents")


def export(lake_path: Path, table_name: str, out: Path, settings: Settings) -> int:
    """Writes the last publication's rows of a table to ``out`` (.csv or .parquet), by key; the number of rows."""
    if table_name in IDENTITIES:
        raise NotAllowed(f"--table {table_name}: persons are never exported; `fundguard reveal` names the one of a case")
    table = TABLES.get(table_name)
    if table is None:
        raise BadInput(f"--table {table_name}: no such table; one of {', '.join(sorted(TABLES))}")
    if out.suffix not in (".csv", ".parquet"):
        raise BadInput(f"--out {out.name}: must end in .csv or .parquet")
    lake = open_published(lake_path, settings)
    columns = [column for column in table.stored if not column.internal]
    rows = _rows(lake, table).select(*[column.name for column in columns]).orderBy(*table.key)
    partial = out.with_name(f".{out.name}.partial")
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        count = _write_csv(rows, columns, partial) if out.suffix == ".csv" else _write_parquet(rows, table, partial)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return count


def _rows(lake: Lake, table: Table) -> DataFrame:
    """The published rows; of a source table the current ones."""
    publication = last(lake)
    if publication is None:
        raise BadInput(f"{lake.path}: nothing is published in this lake yet")
    if not table.source:
        return read_published(lake, table, publication)
    if table.name not in publication.versions:
        return table.frame(lake.spark)
    return current_rows(lake, table, publication.versions)


def _write_csv(rows: DataFrame, columns: list[Column], path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
        writer.writerow([column.name for column in columns])
        for row in rows.toLocalIterator(prefetchPartitions=True):
            writer.writerow([_text(value, column) for value, column in zip(row, columns, strict=True)])
            count += 1
    return count


def _text(value: Any, column: Column) -> str:
    """A value as the contract writes it; a missing one is empty."""
    if value is None:
        return ""
    if column.kind in PLACES:
        return f"{Decimal(value):.{PLACES[column.kind]}f}"
    if column.kind == "timestamp":
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if column.kind == "boolean":
        return "1" if value else "0"
    if column.kind in ("strings", "ints"):
        return json.dumps(list(value), ensure_ascii=False, separators=(",", ":"))
    if column.name in JSON_COLUMNS:
        return json.dumps(json.loads(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return str(value)


def _write_parquet(rows: DataFrame, table: Table, path: Path) -> int:
    schema = pa.schema([field for field in table.arrow_schema() if not table.column(field.name).internal])
    count = 0
    with pq.ParquetWriter(path, schema) as writer:
        for batch in _batches(rows):
            arrow = pa.Table.from_pylist(batch, schema=schema)
            writer.write_table(arrow)
            count += arrow.num_rows
    return count


def _batches(rows: DataFrame, size: int = 50_000) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows.toLocalIterator(prefetchPartitions=True):
        batch.append(row.asDict())
        if len(batch) == size:
            yield batch
            batch = []
    yield batch
