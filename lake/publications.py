"""A night is published by one appended row that pins every table's version; readers go through it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from lake.code_version import code_version
from lake.contents import contents
from lake.flush import flush
from lake.store import Lake
from lake.tables import PUBLICATIONS
from lake.tables.schema import Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Row


@dataclass(frozen=True)
class Publication:
    """What one night made visible. ``versions``: table name → version, of every table that was ever written.

    ``contents``: rows and sums of those versions (lake/contents.py); ``code_version``: the code that published.
    """

    publication_id: int
    business_date: date
    month: str
    judged_months: list[str]
    rulebook_ver: str
    settings_digest: str
    code_version: str
    versions: dict[str, int]
    contents: dict[str, dict[str, Any]]

    @property
    def content_hash(self) -> str:
        """SHA-256 of everything but the number."""
        content = {name: value for name, value in asdict(self).items() if name != "publication_id"}
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def last(lake: Lake) -> Publication | None:
    """The newest publication; None before the first."""
    if not lake.exists(PUBLICATIONS):
        return None
    row = lake.read(PUBLICATIONS).orderBy("publication_id", ascending=False).first()
    return None if row is None else _publication(row)


def all_publications(lake: Lake) -> list[Publication]:
    """Every publication in order: one a night, so they fit in memory."""
    rows = lake.read(PUBLICATIONS).orderBy("publication_id").collect()
    return [_publication(row) for row in rows]


def last_under(lake: Lake, rulebook_ver: str) -> Publication | None:
    """The newest publication of a night that judged by this rule base; None if there is none."""
    from pyspark.sql import functions as F

    nights = lake.read(PUBLICATIONS).where(F.col("rulebook_ver") == F.lit(rulebook_ver))
    row = nights.orderBy("publication_id", ascending=False).first()
    return None if row is None else _publication(row)


def _publication(row: Row) -> Publication:
    return Publication(
        publication_id=row.publication_id,
        business_date=row.business_date,
        month=row.month,
        judged_months=list(row.judged_months),
        rulebook_ver=row.rulebook_ver,
        settings_digest=row.settings_digest,
        code_version=row.code_version,
        versions=json.loads(row.versions),
        contents=json.loads(row.contents),
    )


def publish(
    lake: Lake,
    business_date: date,
    month: str,
    judged_months: list[str],
    rulebook_ver: str,
    settings_digest: str,
    shown: Mapping[str, int] | None = None,
) -> Publication:
    """Publishes what the tables hold now, or the versions ``shown``; the last publication itself if it says exactly the same."""
    newest = last(lake)
    versions = {name: version for name, version in (shown or lake.versions()).items() if name != PUBLICATIONS.name}
    night = Publication(
        publication_id=newest.publication_id + 1 if newest else 1,
        business_date=business_date,
        month=month,
        judged_months=sorted(judged_months),
        rulebook_ver=rulebook_ver,
        settings_digest=settings_digest,
        code_version=code_version(),
        versions=versions,
        contents=contents(lake.path, versions),
    )
    if newest and newest.content_hash == night.content_hash:
        return newest
    row = asdict(night) | {
        "versions": json.dumps(versions, sort_keys=True),
        "contents": json.dumps(night.contents, sort_keys=True),
        "content_hash": night.content_hash,
    }
    flush(lake.path, versions, newest.versions if newest else {})
    lake.append(PUBLICATIONS, PUBLICATIONS.frame(lake.spark, [[row[name] for name in PUBLICATIONS.names]]))
    version = lake.version(PUBLICATIONS)
    flush(lake.path, {PUBLICATIONS.name: version}, {PUBLICATIONS.name: version - 1})
    return night


def read_published(lake: Lake, table: Table, publication: Publication | None = None) -> DataFrame:
    """The rows of the table as ``publication``, or the last one, pins them; none if it does not name the table."""
    shown = publication or last(lake)
    if table.name == PUBLICATIONS.name:
        return lake.read(table)
    if shown is None or table.name not in shown.versions:
        return table.frame(lake.spark)
    return lake.read(table, shown.versions[table.name])


class PublishedLake(Lake):
    """A lake as one publication pins it, for code that reads the newest version: every table at its version there."""

    def __init__(self, lake: Lake, publication: Publication) -> None:
        super().__init__(lambda: lake.spark, lake.path)
        self._publication = publication

    def version(self, table: Table) -> int:
        """The version that the publication pins; -1 if it does not name the table."""
        return self._publication.versions.get(table.name, -1)

    def read(self, table: Table, version: int | None = None) -> DataFrame:
        """The rows of the table as the publication pins them."""
        return super().read(table, self.version(table) if version is None else version)

    def _write(self, table: Table, frame: DataFrame, mode: str, options: dict[str, str]) -> int:
        raise AssertionError(f"{table.name}: what is published is only read")
