"""Tables that a rule manager reads: a short one on screen, the whole as CSV, under the same Chinese headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from cases.csv_file import write_csv
from cases.fields import Field
from rules.catalogue import RULE_TYPES

Rows = Sequence[Mapping[str, Any]]
NUMBERS = ("int", "money")


def type_name(rule_type_id: str) -> str:
    """A rule type as people call it."""
    return f"{rule_type_id} {RULE_TYPES[rule_type_id].name_zh}"


def show(title: str, fields: Sequence[Field], rows: Rows) -> None:
    """Prints the title on a line of its own and the rows as a table, on stdout."""
    table = Table()
    for field in fields:
        table.add_column(field.heading, justify="right" if field.kind in NUMBERS else "left", overflow="fold")
    for row in rows:
        table.add_row(*[_text(field, row.get(field.key)) for field in fields])
    console = Console(highlight=False, markup=False)
    console.print(title, style="bold", soft_wrap=True)
    console.print(table)


def save(path: Path | None, fields: Sequence[Field], rows: Rows) -> None:
    """Writes the rows as CSV if a file is asked for; the file is there whole or not at all."""
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        write_csv(partial, fields, rows)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    print(f"{len(rows):,} rows in {path}")


def _text(field: Field, value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if field.kind in NUMBERS else str(value)
