"""The versions that publications name, read as files: what must stay readable. Without Spark."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow

from lake.places import open_parquet
from lake.table_log import TableLog, read_log
from lake.tables import PUBLICATION_EXPIRED, PUBLICATIONS, RULE

# Findings name the rule base that found them, for as long as they stand: its rows are kept when the night that brought it is not.
NEVER_EXPIRES = (RULE.name,)


@dataclass(frozen=True)
class Pin:
    """What one publication names: ``versions`` by table, and ``contents``: the rows and sums it says they hold."""

    publication_id: int
    business_date: date
    versions: dict[str, int]
    contents: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Pins:
    """All publications by number, in order, and those of which data files were vacuumed."""

    publications: dict[int, Pin] = field(default_factory=dict)
    expired: frozenset[int] = frozenset()

    def newest(self, table: str) -> int:
        """The newest version of the table that a publication names; -1 if none does."""
        return max((pin.versions.get(table, -1) for pin in self.publications.values()), default=-1)

    def kept(self, table: str, expired: frozenset[int] | None = None) -> set[int]:
        """The versions of the table that publications name whose data files are kept."""
        gone = frozenset() if table in NEVER_EXPIRES else self.expired if expired is None else expired
        kept = (pin for number, pin in self.publications.items() if number not in gone)
        return {pin.versions[table] for pin in kept if table in pin.versions}


def read_pins(lake: Path, published: TableLog | None) -> Pins:
    """What the publications of a lake name, as far as their table can be read."""
    if published is None:
        return Pins()
    columns = ["publication_id", "business_date", "versions", "contents"]
    rows = sorted(_rows(published, columns), key=lambda row: int(row["publication_id"]))
    pins = [
        Pin(row["publication_id"], row["business_date"], json.loads(row["versions"]), json.loads(row["contents"])) for row in rows
    ]
    expired = _rows(read_log(lake / PUBLICATION_EXPIRED.name), ["publication_id"])
    return Pins({pin.publication_id: pin for pin in pins}, frozenset(row["publication_id"] for row in expired))


def pins_of(lake: Path) -> Pins:
    """What the publications of a whole lake name."""
    return read_pins(lake, read_log(lake / PUBLICATIONS.name))


def _rows(log: TableLog, columns: list[str]) -> list[dict[str, Any]]:
    """The rows of a small table's newest readable version; a file that cannot be read is the check's to name."""
    rows: list[dict[str, Any]] = []
    for path in sorted(log.live(log.readable)):
        try:
            rows += open_parquet(log.folder / path).read(columns).to_pylist()
        except (pyarrow.ArrowException, OSError):
            continue
    return rows
