"""Writing landing batches: a folder per month, one file per table, all values as the contract's texts."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
from pyarrow import csv
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from lake.tables import SOURCE_TABLES

# The second and the third month come as text files, so that every reader is tried: batch position → encoding.
TEXT_BATCHES = {1: "gb18030", 2: "utf-8-sig"}
BIG_TABLES = ("fee_list_d", "setl_d", "mdtrt_d", "diag_d", "report_d", "consent_d", "inventory_d", "drord_d", "record_d")


def text_columns(table: str, frame: DataFrame) -> list[Column]:
    """The contract's columns of a table as text; what ``frame`` lacks is left out of the file."""
    declared = [column for column in SOURCE_TABLES[table].columns if not column.internal and column.name in frame.columns]
    texts = []
    for column in declared:
        value = F.col(column.name)
        if column.kind == "timestamp":
            value = F.date_format(value, "yyyy-MM-dd HH:mm:ss")
        elif column.kind == "money":
            value = value.cast("decimal(18,2)")
        texts.append(value.cast("string").alias(column.name))
    return texts


def write_table(table: str, rows: DataFrame, out: Path, batches: list[str]) -> int:
    """Write the rows of one table into the batch folders that ``batch_id`` names, and say how many there are.

    A batch without rows has no file.
    """
    draft = out.parent / f".{out.name}-{table}"
    keys = ["batch_id", *SOURCE_TABLES[table].key]
    tasks = min(len(batches), 24) if table in BIG_TABLES else 1
    # One task holds all rows of a batch, so that a batch has one file; sorted, so that the file is the same each time.
    placed = rows.where(F.col("batch_id").isin(batches)).repartition(tasks, "batch_id").sortWithinPartitions(*keys)
    placed.select(*text_columns(table, rows), "batch_id").write.partitionBy("batch_id").parquet(str(draft))
    written = sum(move(draft, table, batch, out, TEXT_BATCHES.get(number)) for number, batch in enumerate(batches))
    shutil.rmtree(draft)
    return written


def move(draft: Path, table: str, batch: str, out: Path, encoding: str | None) -> int:
    """Bring the one file of a table's batch to its place, as text if it has an encoding; its number of rows."""
    found = sorted((draft / f"batch_id={batch}").glob("part-*"))
    if not found:
        return 0
    (part,) = found
    (out / batch).mkdir(parents=True, exist_ok=True)
    written = pq.read_metadata(part).num_rows
    if encoding is None:
        part.rename(out / batch / f"{table}.parquet")
        return written
    text = io.BytesIO()
    csv.write_csv(pq.ParquetFile(part).read(), text, csv.WriteOptions(quoting_style="needed"))
    (out / batch / f"{table}.csv").write_bytes(text.getvalue().decode().encode(encoding))
    return written


def write_manifest(folder: Path) -> None:
    """manifest.json of a Parquet batch: rows and digest of each file."""
    files = {}
    for path in sorted(folder.glob("*.parquet")):
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
        files[path.name] = {"rows": pq.read_metadata(path).num_rows, "sha256": digest}
    (folder / "manifest.json").write_text(json.dumps({"files": files}, indent=1, sort_keys=True), encoding="utf-8")
