"""Chinese names of columns, from a file: what reasons call a feature that is not one of fundguard's own."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from lake.errors import BadInput
from models.table import has_column, read_columns

COLUMN, NAME = "column", "name_zh"


def read_names(path: Path) -> dict[str, str]:
    """Column → name, from a file with the columns ``column`` and ``name_zh``."""
    table = read_columns(path, as_text=[COLUMN, NAME])
    for name in (COLUMN, NAME):
        has_column(table, name, "--names", path.name)
    columns, names = (pc.cast(table.column(name), pa.string()).to_pylist() for name in (COLUMN, NAME))
    if None in columns or None in names:
        raise BadInput(f"{path.name}: every row must have a {COLUMN} and a {NAME}")
    return dict(zip(columns, names, strict=True))
