"""What the gate has to look at: batches that no publication holds yet, and rows that came back in older ones."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from jobs.ingest.faults import ORIGIN
from jobs.ingest.reasons import IS_ORPHAN
from lake.publications import Publication
from lake.store import Lake
from lake.tables import BATCH_FILE, GATE_APPROVAL, REJECTS


@dataclass(frozen=True)
class Pending:
    """``batches``: batch_id → hash of its files. ``tables``: table → batches that bring rows of it now.

    ``returned``: rows of published batches that were orphans then and are none any more: batch_id, file, line_no, table_name.
    """

    batches: Mapping[str, str]
    tables: Mapping[str, frozenset[str]]
    returned: pa.Table
    released: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.batches) or self.returned.num_rows > 0


def pending(lake: Lake, published: Publication | None) -> Pending:
    """What came since ``published``; a batch is pending until it is published, however many nights refuse it."""
    files = _files(lake)
    known = set()
    if published and BATCH_FILE.name in published.versions:
        known = set(_files(lake, published.versions[BATCH_FILE.name]))
    batch_ids = {batch_id for batch_id, *_ in set(files) - known}
    batches = {batch_id: content_of(files, batch_id) for batch_id in sorted(batch_ids)}
    returned = _returned(lake, published, batch_ids)
    tables: dict[str, set[str]] = {}
    for batch_id, _, table, _ in files:
        if batch_id in batches:
            tables.setdefault(table, set()).add(batch_id)
    for row in returned.to_pylist():
        tables.setdefault(row["table_name"], set()).add(row["batch_id"])
    approved = {(row["batch_id"], row["content"]) for row in lake.held(GATE_APPROVAL, ["batch_id", "content"]).to_pylist()}
    return Pending(
        batches=batches,
        tables={name: frozenset(found) for name, found in tables.items()},
        returned=returned,
        released=frozenset(batch_id for batch_id, content in batches.items() if (batch_id, content) in approved),
    )


File = tuple[str, str, str, str]  # batch_id, file, table_name, sha256


def _files(lake: Lake, version: int | None = None) -> list[File]:
    held = lake.held(BATCH_FILE, ["batch_id", "file", "table_name", "sha256"], version)
    return list(zip(*held.to_pydict().values(), strict=True))


def content_of(files: list[File], batch_id: str) -> str:
    """SHA-256 over the names and hashes of the batch's files."""
    lines = sorted(f"{name} {sha256}" for batch, name, _, sha256 in files if batch == batch_id)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _returned(lake: Lake, published: Publication | None, batch_ids: set[str]) -> pa.Table:
    """Orphans of the last publication, in other batches than these, that are none any more."""
    place = [*ORIGIN, "table_name"]
    then = published.versions.get(REJECTS.name) if published else None
    if then is None or then == lake.version(REJECTS):
        return REJECTS.arrow_schema().empty_table().select(place)
    before = lake.read(REJECTS, then).where(IS_ORPHAN)
    if batch_ids:
        before = before.where(~before.batch_id.isin(sorted(batch_ids)))
    now = lake.read(REJECTS).where(IS_ORPHAN)
    return before.join(now.select(*ORIGIN), on=list(ORIGIN), how="left_anti").select(*place).toArrow()
