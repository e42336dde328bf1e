"""A sheet that is written row by row and goes on in a second one when Excel's last row is reached."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from cases.fields import CONCLUSIONS, Field
from cases.formats import Formats

LAST_ROW = 1_048_575  # Excel's, counted from 0
LONGEST_TEXT = 32_767
LINE_HEIGHT = 16
MOST_LINES = 12


class RollingSheet:
    """Rows under a frozen, filtered heading. Text is written as text whatever it begins with."""

    def __init__(self, book: Any, formats: Formats, name: str, fields: Sequence[Field], frozen: int) -> None:
        self._book, self._formats, self._name, self._fields, self._frozen = book, formats, name, fields, frozen
        self._plain = [formats.cell(field) for field in fields]
        self._stressed = [formats.cell(field, stressed=True) for field in fields]
        self._part = 0
        self.rows = 0
        self._begin()

    def _begin(self) -> None:
        self._part += 1
        self._sheet = self._book.add_worksheet(self._name if self._part == 1 else f"{self._name}{self._part}")
        self._next = 1
        _set_columns(self._sheet, self._fields)
        _set_print(self._sheet, self._name)
        self._sheet.freeze_panes(1, self._frozen)
        self._sheet.outline_settings(True, False, False, False)
        self._sheet.set_row(0, 32)
        for column, field in enumerate(self._fields):
            self._sheet.write_string(0, column, field.heading, self._formats.heading(field))

    def write(self, row: Mapping[str, Any], *, stressed: bool = False, level: int = 0) -> None:
        """Adds a row; a key that it lacks leaves the cell empty. ``level`` 1 belongs to the stressed row above it."""
        if self._next > LAST_ROW:
            self._finish_part()
            self._begin()
        self._sheet.set_row(self._next, _height(row, self._fields), None, {"level": level})
        looks = self._stressed if stressed else self._plain
        for column, field in enumerate(self._fields):
            _write(self._sheet, self._next, column, row.get(field.key), looks[column])
        self._next += 1
        self.rows += 1

    def close(self) -> None:
        """Sets filter and entry rules over the rows written."""
        self._finish_part()

    def _finish_part(self) -> None:
        last = max(self._next - 1, 1)
        self._sheet.autofilter(0, 0, last, len(self._fields) - 1)
        for column, field in enumerate(self._fields):
            if field.entry:
                _set_entry_rule(self._sheet, column, last, field)


def _write(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, look)
    elif isinstance(value, int | Decimal):
        sheet.write_number(row, column, value, look)
    else:
        sheet.write_string(row, column, str(value)[:LONGEST_TEXT], look)


def _set_columns(sheet: Any, fields: Sequence[Field]) -> None:
    for column, field in enumerate(fields):
        options = {"level": 1, "hidden": True} if field.folded else {}
        sheet.set_column(column, column, field.width, None, options)
    if fields[-1].folded:
        sheet.set_column(len(fields), len(fields), 3, None, {"collapsed": True})


def _set_print(sheet: Any, name: str) -> None:
    """A4 across, one page wide, heading repeated, page numbers: the sheet goes into a paper file as it is."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.6, 0.6)
    sheet.repeat_rows(0)
    sheet.set_header(f"&L{name}&R内部资料 注意保密")
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.hide_gridlines(2)


def _set_entry_rule(sheet: Any, column: int, last: int, field: Field) -> None:
    rules: dict[str, dict[str, Any]] = {
        "conclusion": {"validate": "list", "source": list(CONCLUSIONS), "error_message": "请选择：成立、部分成立、不成立"},
        "confirmed_amt": {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": "金额不能为负"},
        "concluded_on": {
            "validate": "date",
            "criteria": "between",
            "minimum": dt.date(2000, 1, 1),
            "maximum": dt.date(2099, 12, 31),
            "error_message": "请填写日期，例如 2025-03-31",
        },
    }
    if field.key in rules:
        sheet.data_validation(1, column, last, column, rules[field.key])


def _height(row: Mapping[str, Any], fields: Sequence[Field]) -> int:
    """Points for the longest wrapped text of the row."""
    texts = ((row.get(field.key), field.width) for field in fields if field.kind == "text")
    lines = max((_lines(text, width - 2) for text, width in texts if isinstance(text, str)), default=1)
    return LINE_HEIGHT * min(lines, MOST_LINES) + 4


def _lines(text: str, width: int) -> int:
    return sum(max(-(-_places(line) // width), 1) for line in text.split("\n"))


def _places(text: str) -> int:
    """Width of the text in characters; a Chinese character takes two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
