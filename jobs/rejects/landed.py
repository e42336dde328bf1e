"""Rows as they landed: what a reject's file and line name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from lake.errors import BadInput
from lake.landing.csv_rows import read_csv
from lake.landing.encoding import sha256_of
from lake.landing.parquet_rows import read_parquet
from lake.tables import SOURCE_TABLES


@dataclass(frozen=True)
class LandedRows:
    """``columns`` that the file has of the table's, in the table's order, persons' names too; ``rows`` by line."""

    columns: tuple[str, ...]
    rows: Mapping[int, Mapping[str, str]]


def landed_rows(landing: Path, batch_id: str, file: str, sha256: str, lines: Collection[int]) -> LandedRows:
    """These lines of the file that was loaded; a line whose fields do not fit the header has none.

    BadInput if the file is not there any more, or is another one.
    """
    path, label = landing / batch_id / file, f"{batch_id}/{file}"
    if not path.is_file() or sha256_of(path) != sha256:
        raise BadInput(f"{label}: is not the file that was loaded; put it back into {landing}")
    table = SOURCE_TABLES[path.stem]
    source = (read_csv if path.suffix == ".csv" else read_parquet)(path, table, label)
    columns = tuple(column.name for column in table.columns if column.name in source.header.positions)
    wanted, rows = set(lines), {}
    for chunk in source.chunks:
        for place, line in enumerate(chunk.line_no.to_pylist()):
            if line in wanted:
                rows[line] = {name: chunk.columns[name][place].as_py() or "" for name in columns}
    return LandedRows(columns, rows)
