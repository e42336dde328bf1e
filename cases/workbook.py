"""The workbook that an auditor gets: 汇总, 疑点清单, 明细, 依据."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

from cases.fields import (
    CASE_FIELDS,
    CASE_SHEET,
    DETAIL_FIELDS,
    DETAIL_SHEET,
    FINDING_LEVEL,
    RULE_FIELDS,
    RULE_SHEET,
)
from cases.formats import Formats
from cases.sheet import RollingSheet
from cases.summary_sheet import Summary, write_summary

# Text from the data is never read as formula, link or number, and rows leave memory as they are written.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}

Rows = Iterable[Mapping[str, Any]]


@dataclass(frozen=True)
class Contents:
    """What goes into a workbook: rows with the keys of ``cases.fields``, read once, in the order they are shown.

    ``cases`` are ranked; ``details`` give each finding followed by its lines; a row's ``level`` tells them apart.
    """

    summary: Summary
    cases: Rows
    details: Rows = field(default_factory=list)
    rules: Rows = field(default_factory=list)


def write_workbook(path: Path, contents: Contents) -> dict[str, int]:
    """Writes the workbook and returns the rows of each sheet that holds a list."""
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        book.set_properties({"title": f"{contents.summary.month} 疑点清单", "comments": contents.summary.publication})
        formats = Formats(book)
        write_summary(book, formats, contents.summary)
        lists = (
            (CASE_SHEET, CASE_FIELDS, contents.cases, 1),
            (DETAIL_SHEET, DETAIL_FIELDS, contents.details, 3),
            (RULE_SHEET, RULE_FIELDS, contents.rules, 1),
        )
        return {name: _write_list(book, formats, name, fields, rows, frozen) for name, fields, rows, frozen in lists}


def _write_list(book: Any, formats: Formats, name: str, fields: Sequence[Any], rows: Rows, frozen: int) -> int:
    sheet = RollingSheet(book, formats, name, fields, frozen)
    for row in rows:
        level = row.get("level")
        sheet.write(row, stressed=level == FINDING_LEVEL, level=int(level not in (None, FINDING_LEVEL)))
    sheet.close()
    return sheet.rows
