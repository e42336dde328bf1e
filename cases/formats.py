"""How the workbook looks: few colours, amounts with two decimals, codes as text."""

from __future__ import annotations

from typing import Any

from cases.fields import Field

FONT = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
INK, PAPER, LINE, GREY = "#1F3A4D", "#FFFFFF", "#C9D1D6", "#7B868C"
ENTRY_HEAD, ENTRY_CELL, FINDING_ROW = "#F3E3B3", "#FFFBEF", "#EAF0F3"
NUMBERS: dict[str, dict[str, object]] = {
    "money": {"num_format": "#,##0.00"},
    "count": {"num_format": "#,##0.####"},
    "price": {"num_format": "#,##0.00####"},
    "share": {"num_format": "0.0%"},
    "int": {"num_format": "0", "align": "center"},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
    "text": {"num_format": "@", "text_wrap": True, "indent": 1},
    "overflow": {"num_format": "@", "border": 0, "indent": 1},
    "code": {"num_format": "@", "font_color": GREY, "font_size": 9},
}


class Formats:
    """The cell formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def get(self, **look: object) -> Any:
        """The format with these properties over the common font."""
        properties = FONT | look
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    def heading(self, field: Field) -> Any:
        colours = {"bg_color": ENTRY_HEAD, "font_color": INK} if field.entry else {"bg_color": INK, "font_color": PAPER}
        return self.get(bold=True, text_wrap=True, align="center", border=1, border_color=LINE, **colours)

    def cell(self, field: Field, *, stressed: bool = False) -> Any:
        """The format of a body cell; ``stressed`` marks the row that leads a group."""
        look: dict[str, object] = {"border": 1, "border_color": LINE} | NUMBERS[field.kind]
        if field.entry:
            look["bg_color"] = ENTRY_CELL
        elif stressed:
            look["bg_color"] = FINDING_ROW
        return self.get(**look)
