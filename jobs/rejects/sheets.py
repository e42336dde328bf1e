"""Rejected rows as sheets: a workbook with one sheet a table, or a folder with one CSV a table."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from cases.workbook import OPTIONS
from lake.errors import BadInput
from lake.tables import SOURCE_TABLES
from rules.book.cells import xlsx_sheets

FILE, LINE, COLUMN, REASON = "文件", "行号", "退回字段", "退回原因"
LEADING = (FILE, LINE, COLUMN, REASON)


@dataclass(frozen=True)
class Sheet:
    """One table's rows, every cell a text."""

    heading: Sequence[str]
    rows: Sequence[Sequence[str]]


def write_sheets(sheets: Mapping[str, Sheet], out: Path) -> None:
    """Writes the sheets by table to ``out``: a workbook (.xlsx), else a folder."""
    if out.suffix != ".xlsx":
        out.mkdir(parents=True, exist_ok=True)
        for table, sheet in sheets.items():
            # With a byte order mark, so that a spreadsheet opens it as UTF-8.
            with (out / f"{table}.csv").open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([sheet.heading, *sheet.rows])
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(out), OPTIONS) as book:
        as_text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "bg_color": "#F6F8FA"})
        for table, sheet in sheets.items():
            page = book.add_worksheet(table)
            page.freeze_panes(1, len(LEADING))
            page.set_column(0, len(sheet.heading) - 1, 16)
            for number, row in enumerate([sheet.heading, *sheet.rows]):
                for place, cell in enumerate(row):
                    page.write_string(number, place, cell, as_text if number else bold)


def read_sheets(path: Path) -> dict[str, list[dict[str, str]]]:
    """The rows by table of what ``write_sheets`` wrote and somebody put right; BadInput if it is no such thing."""
    texts = _csv_folder(path) if path.is_dir() else xlsx_sheets(path)
    unknown = [table for table in texts if table not in SOURCE_TABLES]
    if unknown or not texts:
        raise BadInput(
            f"{path.name}: holds no rejects ({', '.join(unknown) or 'no sheet'}); it must be as `rejects export` wrote it"
        )
    return {table: _rows(path, table, rows) for table, rows in texts.items()}


def _csv_folder(folder: Path) -> dict[str, list[list[str]]]:
    return {file.stem: list(_csv(file)) for file in sorted(folder.glob("*.csv"))}


def _csv(file: Path) -> Iterable[list[str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            yield from csv.reader(text, strict=True)
    except (UnicodeDecodeError, csv.Error):
        raise BadInput(f"{file.name}: is no CSV in UTF-8") from None


def _rows(path: Path, table: str, rows: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    heading = [cell.strip() for cell in rows[0]] if rows else []
    if not {FILE, LINE} <= set(heading):
        raise BadInput(f"{path.name}, {table}: the columns {FILE} and {LINE} must stay: they say which row it is")
    return [dict(zip(heading, (cell.strip() for cell in row), strict=False)) for row in rows[1:] if any(row)]
