"""What lands together, as rows of text."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

from lake.landing.encoding import encoding_of

Row = dict[str, str]


@dataclass
class Batch:
    """Rows by table, and files whose bytes are no longer those of their rows."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Writes one CSV a table into the batch's folder; a table without rows has no file."""
        folder.mkdir(parents=True)
        for table, rows in self.tables.items():
            if rows:
                with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
                    writer.writeheader()
                    writer.writerows(rows)
        for name, content in self.raw.items():
            (folder / name).write_bytes(content)


def read_batch(folder: Path) -> Batch:
    """The batch of a landing folder whose tables are CSV files, in UTF-8 or GB18030."""
    tables = {}
    for path in sorted(folder.glob("*.csv")):
        encoding = encoding_of(path, path.name).replace("utf-8", "utf-8-sig")
        with path.open(encoding=encoding, newline="") as file:
            tables[path.stem] = list(csv.DictReader(file))
    return Batch(tables)
