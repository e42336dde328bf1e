"""Files of waivers, .xlsx or .csv: their rows by column; nothing is checked here but the headings."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from cases.waiver_rows import HEADINGS, NEEDED, FilledRow
from lake.errors import BadInput
from lake.landing.encoding import encoding_of


def filled_rows(path: Path) -> list[FilledRow]:
    """Every row with a cell filled in, in the first sheet of a workbook or in a CSV file; the heading line is row 1."""
    readers = {".xlsx": _xlsx_rows, ".csv": _csv_rows}
    if path.suffix.lower() not in readers:
        raise BadInput(f"{path.name}: must end in .xlsx or .csv")
    if not path.is_file():
        raise BadInput(f"{path}: no such file")
    rows = readers[path.suffix.lower()](path)
    columns = _columns(path, [str(cell or "").strip() for cell in next(rows, ())])
    filled: list[FilledRow] = []
    for row_no, cells in enumerate(rows, start=2):
        named = {name: cells[place] if place < len(cells) else None for place, name in columns.items()}
        if any(cell not in (None, "") for cell in named.values()):
            filled.append((row_no, named))
    return filled


def _columns(path: Path, headings: list[str]) -> dict[int, str]:
    """Place → column of the table. An unknown heading would widen every waiver of the file, so it is refused."""
    known = [heading for heading in headings if heading]
    wrong = [heading for heading in known if heading not in HEADINGS or known.count(heading) > 1]
    if wrong:
        raise BadInput(f"{path.name}: heading {wrong[0]} is unknown or stands there twice; known are {'、'.join(HEADINGS)}")
    missing = [heading for heading in NEEDED if heading not in known]
    if missing:
        raise BadInput(f"{path.name}: column {missing[0]} is missing")
    return {place: HEADINGS[heading] for place, heading in enumerate(headings) if heading}


def _csv_rows(path: Path) -> Iterator[Sequence[Any]]:
    encoding = encoding_of(path, path.name)
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as file:
        yield from csv.reader(file)


def _xlsx_rows(path: Path) -> Iterator[Sequence[Any]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as failure:
        raise BadInput(f"{path.name} is not an Excel workbook (.xlsx): {type(failure).__name__}") from None
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        yield from sheet.iter_rows(values_only=True)
    finally:
        book.close()
