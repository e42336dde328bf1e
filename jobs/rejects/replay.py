"""Rejected rows that were put right, landed again as a batch of their own."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from jobs.rejects.export import loaded_files, rejected_by_file, without_persons
from jobs.rejects.landed import landed_rows
from jobs.rejects.sheets import FILE, LINE, read_sheets
from jobs.settings import Settings
from jobs.spark import open_published
from lake.errors import BadInput
from lake.landing.folders import BATCH_NAME
from lake.tables import SOURCE_TABLES


def replay(lake_path: Path, landing: Path, batch_id: str, corrected: Path, new_batch: str, settings: Settings) -> tuple[int, int]:
    """Writes batch ``new_batch`` with the corrected rows of ``batch_id``; rows written, and rows left out as nothing was changed.

    What the sheets do not show (persons' numbers and names) is taken from the row as it landed. The next night loads the batch;
    its rows win over earlier ones of their key, so its name must sort after the batch that it corrects.
    """
    _check_name(landing, batch_id, new_batch)
    lake = open_published(lake_path, settings)
    loaded = loaded_files(lake, batch_id)
    set_aside = {(file, row.line_no) for file, rows in rejected_by_file(lake, batch_id).items() for row in rows}
    partial = landing / f".{new_batch}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    written = unchanged = 0
    try:
        for table, rows in read_sheets(corrected).items():
            places = [_place(corrected, table, row, set_aside) for row in rows]
            if not places:
                continue
            file = places[0][0]
            landed = landed_rows(landing, batch_id, file, loaded[file], [line for _, line in places])
            merged = []
            for (_, line), row in zip(places, rows, strict=True):
                before = landed.rows.get(line, dict.fromkeys(landed.columns, ""))
                shown = dict(zip(before, without_persons(before, SOURCE_TABLES[table], tuple(before)), strict=True))
                after = {name: before[name] if row.get(name, shown[name]) == shown[name] else row[name] for name in before}
                if after == before:
                    unchanged += 1
                else:
                    merged.append(after)
            if merged:
                _write(partial / f"{table}.csv", landed.columns, merged)
                written += len(merged)
        if not written:
            raise BadInput(f"{corrected.name}: no row differs from what landed; nothing to replay")
        partial.rename(landing / new_batch)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return written, unchanged


def _check_name(landing: Path, batch_id: str, new_batch: str) -> None:
    if not BATCH_NAME.fullmatch(new_batch) or new_batch.startswith("."):
        raise BadInput(f"--as {new_batch!r}: a batch_id holds letters, digits, '_', '-' and '.' only")
    if new_batch <= batch_id:
        raise BadInput(f"--as {new_batch}: must sort after {batch_id}, or the rows that it corrects would win")
    if (landing / new_batch).exists():
        raise BadInput(f"--as {new_batch}: this batch is in {landing} already")


def _place(corrected: Path, table: str, row: Mapping[str, str], set_aside: set[tuple[str, int]]) -> tuple[str, int]:
    """File and line of the row; BadInput if no such row of the table is set aside."""
    file, line = row.get(FILE, ""), row.get(LINE, "")
    place = (file, int(line)) if line.isdecimal() else (file, 0)
    if place not in set_aside or Path(file).stem != table or table not in SOURCE_TABLES:
        raise BadInput(f"{corrected.name}, {table}: {file} line {line} is no row of the batch that is set aside")
    return place


def _write(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
