"""The rejects of a lake listed, and those of a batch as rows that the institution can put right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from pyspark.sql import Row
from pyspark.sql import functions as F

from expectations.suites import SUITES
from jobs.ingest.reasons import QUARANTINED, WORDS
from jobs.rejects.landed import landed_rows
from jobs.rejects.sheets import LEADING, Sheet, write_sheets
from jobs.settings import Settings
from jobs.spark import open_published
from lake.errors import BadInput
from lake.store import Lake
from lake.tables import BATCH_FILE, REJECTS, SOURCE_TABLES
from lake.tables.schema import Table

# Characters from which on a person's value within a longer text is no chance.
LONG = 8


def list_rejects(lake_path: Path, batch_id: str | None, settings: Settings) -> list[tuple[str, str, str, int]]:
    """Batch, table, reason in words and rows set aside, as the lake has them now, published or not."""
    lake = open_published(lake_path, settings)
    rejected = lake.read(REJECTS)
    if batch_id is not None:
        rejected = rejected.where(F.col("batch_id") == F.lit(batch_id))
    counted = rejected.groupBy("batch_id", "table_name", "reason").count().orderBy("batch_id", "table_name", "reason")
    return [(row.batch_id, row.table_name, in_words(row.table_name, row.reason), row["count"]) for row in counted.collect()]


def export_rejects(lake_path: Path, landing: Path, batch_id: str, out: Path, settings: Settings) -> int:
    """Writes the rows of the batch that are set aside, as they landed, with field and reason; how many.

    Persons' numbers and names are left out, in whatever column they stand: the file and line name the row.
    """
    lake = open_published(lake_path, settings)
    by_file = rejected_by_file(lake, batch_id)
    if not by_file:
        raise BadInput(f"--batch {batch_id}: no row of it is set aside")
    loaded = loaded_files(lake, batch_id)
    sheets = {}
    for file, rejects in sorted(by_file.items()):
        landed = landed_rows(landing, batch_id, file, loaded[file], [reject.line_no for reject in rejects])
        table = SOURCE_TABLES[Path(file).stem]
        shown = [name for name in landed.columns if table.column(name).identity is None]
        rows = [
            [
                *(file, str(reject.line_no), reject.column or "", in_words(table.name, reject.reason)),
                *without_persons(landed.rows.get(reject.line_no, {}), table, shown),
            ]
            for reject in rejects
        ]
        sheets[table.name] = Sheet([*LEADING, *shown], rows)
    write_sheets(sheets, out)
    return sum(len(sheet.rows) for sheet in sheets.values())


def rejected_by_file(lake: Lake, batch_id: str) -> dict[str, Sequence[Row]]:
    """The rejects of the batch by file, in the order of their lines."""
    by_file: dict[str, list[Row]] = defaultdict(list)
    for reject in lake.read(REJECTS).where(F.col("batch_id") == F.lit(batch_id)).orderBy("file", "line_no").collect():
        by_file[reject.file].append(reject)
    return dict(by_file)


def without_persons(row: Mapping[str, str], table: Table, shown: Sequence[str]) -> list[str]:
    """The row's cells of the columns ``shown``; empty where one holds what an identifying column of the row holds."""
    persons = {row.get(column.name, "") for column in table.columns if column.identity} - {""}
    long = [person for person in persons if len(person) >= LONG]
    cells = [row.get(name, "") for name in shown]
    return ["" if cell in persons or any(person in cell for person in long) else cell for cell in cells]


def loaded_files(lake: Lake, batch_id: str) -> dict[str, str]:
    """SHA-256 of each file of the batch as it was loaded."""
    files = lake.read(BATCH_FILE).where(F.col("batch_id") == F.lit(batch_id)).select("file", "sha256").collect()
    return {row.file: row.sha256 for row in files}


def in_words(table: str, reason: str) -> str:
    """A reason as those read it who sent the row."""
    if reason in WORDS:
        return WORDS[reason]
    names = {f"{QUARANTINED}{check.id.upper()}": check.name for check in SUITES[table].checks}
    return names.get(reason, reason)
