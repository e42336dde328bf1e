"""Lakes written file by file as Delta writes them, without Spark: what a night leaves, and what a crash makes of it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from lake.commits import commit_file
from lake.layout import CURRENT
from lake.layout import FILE as LAYOUT

Rows = Sequence[Mapping[str, Any]]


@dataclass
class WrittenLake:
    """Writes commits below ``folder`` and remembers every file in the order in which Delta writes it."""

    folder: Path
    files: list[tuple[Path, bytes]] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    live: dict[str, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._write(self.folder / LAYOUT, json.dumps({"layout": CURRENT}).encode())

    def commit(self, table: str, rows: Rows | None = None, replaces: bool = False, checkpoint: bool = False) -> None:
        """A commit that adds one data file with the rows, after removing the files of before if it ``replaces`` them."""
        version = self.versions.get(table, -1) + 1
        log = commit_file(self.folder / table, version)
        before = self.live.setdefault(table, {})
        removed = sorted(before) if replaces else []
        actions: list[dict[str, Any]] = [{"remove": {"path": path}} for path in removed]
        self.live[table] = {path: size for path, size in before.items() if path not in removed}
        if rows is not None:
            name, content = f"part-{version}.parquet", parquet_bytes(rows)
            self._write(self.folder / table / name, content)
            stats = json.dumps({"numRecords": len(rows)})
            actions.append({"add": {"path": name, "size": len(content), "stats": stats}})
            self.live[table][name] = len(content)
        metrics = {"numOutputRows": str(len(rows or ())), "numRemovedFiles": str(len(removed))}
        info = {"commitInfo": {"operation": "CREATE TABLE" if rows is None else "WRITE", "operationMetrics": metrics}}
        self._write(log, "".join(json.dumps(action) + "\n" for action in [info, *actions]).encode())
        self._write(log.with_suffix(".crc"), b'{"numFiles": 1}')
        if checkpoint:
            self._write(
                log.with_name(f"{version:020d}.checkpoint.parquet"), parquet_bytes([{"path": p} for p in self.live[table]])
            )
            self._write(log.with_name("_last_checkpoint"), json.dumps({"version": version}).encode())
        self.versions[table] = version

    def publish(self, publication_id: int, **contents: int | dict[str, Any]) -> None:
        """A row of publications that pins every table now; ``contents``: the rows, or rows and sums, that it says they hold."""
        row = {
            "publication_id": publication_id,
            "business_date": date(2025, 4, publication_id),
            "versions": json.dumps({name: version for name, version in self.versions.items() if name != "publications"}),
            "contents": json.dumps({name: {"rows": held} if isinstance(held, int) else held for name, held in contents.items()}),
        }
        if "publications" not in self.versions:
            self.commit("publications")
        self.commit("publications", [row])

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.files.append((path.relative_to(self.folder), content))


def parquet_bytes(rows: Rows) -> bytes:
    out = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist([dict(row) for row in rows]), out)
    return out.getvalue()


def write_files(folder: Path, files: Sequence[tuple[Path, bytes]]) -> None:
    """Writes the files below the folder."""
    for path, content in files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
