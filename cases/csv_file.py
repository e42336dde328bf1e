"""Lists as CSV for people who open them in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cases.fields import Field

FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(path: Path, fields: Sequence[Field], rows: Iterable[Mapping[str, Any]]) -> int:
    """Writes the rows under the fields' headings, UTF-8 with a mark that Excel needs to read Chinese; their number.

    A text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.heading for field in fields])
        for row in rows:
            writer.writerow([_plain(row.get(field.key)) for field in fields])
            written += 1
    return written


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA_BEGINNINGS):
        return f"'{value}"
    return value
