"""What came since a publication can change: the visits whose bills may differ now, and the persons whose registers do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
from pyspark.sql import DataFrame

from jobs.ingest.current import current_rows
from jobs.ingest.faults import ORIGIN
from jobs.ingest.load import in_batches
from jobs.ingest.reasons import IS_STORED
from lake.frames import frame_of
from lake.publications import Publication
from lake.store import Lake
from lake.tables import REJECTS, SOURCE_TABLES
from lake.tables.schema import Table

OF_VISITS = tuple(table for table in SOURCE_TABLES.values() if "mdtrt_id" in table.names)
# Registers of persons: one row says something of all that a person was ever billed.
OF_PERSONS = (SOURCE_TABLES["psn_d"], SOURCE_TABLES["filing_d"])
# Read only by rules that look beyond one person, which are judged for everyone in every night.
OF_NOBODY = (SOURCE_TABLES["inventory_d"], SOURCE_TABLES["fund_d"])
# What is left are registers that bills and rules of everyone read: institutions, physicians, the catalogue, code maps.
OF_EVERYONE = tuple(table for table in SOURCE_TABLES.values() if table not in (*OF_VISITS, *OF_PERSONS, *OF_NOBODY))


@dataclass(frozen=True)
class Changes:
    """``visits`` (mdtrt_id) and ``persons`` (psn_no): whatever row came, went or stands otherwise since a publication names
    one of them. Both may name more than what really differs, never less."""

    visits: pa.Table
    persons: pa.Table


def changes_since(lake: Lake, published: Publication) -> Changes | None:
    """What the source rows of now and those of ``published`` do not share; None where a register of everyone differs."""
    night = _Night(lake, published)
    if any(not night.difference(table).isEmpty() for table in OF_EVERYONE if night.moved(table)):
        return None
    visits = [night.touched_rows(table).select("mdtrt_id") for table in OF_VISITS if night.moved(table)]
    persons = [night.difference(table).select("psn_no") for table in OF_PERSONS if night.moved(table)]
    return Changes(_distinct(lake, visits, "mdtrt_id"), _distinct(lake, persons, "psn_no"))


class _Night:
    """The source rows of now beside those that a publication names."""

    def __init__(self, lake: Lake, published: Publication) -> None:
        self._lake = lake
        self._versions = published.versions
        # Rows set aside or given back since; few, and asked for each table.
        self._aside = self._set_aside_since().toArrow()

    def moved(self, table: Table) -> bool:
        """Whether rows of the table may differ; a row is in force or not by ``rejects`` too."""
        is_newer = self._lake.version(table) != self._versions.get(table.name, -1)
        return is_newer or table.name in self._aside["table_name"].to_pylist()

    def difference(self, table: Table) -> DataFrame:
        """Rows in force that only one of both has, wherever they came from."""
        keys = self.touched_rows(table).select(*table.key).distinct()
        now = current_rows(self._lake, table).join(keys, on=list(table.key), how="left_semi").select(*_content(table))
        if table.name not in self._versions:
            return now
        then = current_rows(self._lake, table, self._versions)
        before = then.join(keys, on=list(table.key), how="left_semi").select(*_content(table))
        return now.exceptAll(before).unionByName(before.exceptAll(now))

    def touched_rows(self, table: Table) -> DataFrame:
        """Rows, now or before, of the batches that were loaded since, and those that ``rejects`` took or gave back."""
        since = self._versions.get(table.name, -1)
        every = self._lake.read(table)
        if since >= 0:
            every = every.unionByName(self._lake.read(table, since))
        loaded = every.where(in_batches(self._lake.changed_slices(table, since)))
        aside = [row for row in self._aside.to_pylist() if row["table_name"] == table.name]
        if not aside:
            return loaded
        origins = frame_of(self._lake.spark, _ORIGIN, [[row[name] for name in ORIGIN] for row in aside])
        among = every.where(in_batches(row["batch_id"] for row in aside))
        return loaded.unionByName(among.join(origins, on=list(ORIGIN), how="left_semi").select(*every.columns))

    def _set_aside_since(self) -> DataFrame:
        now = self._set_aside(None)
        if self._lake.version(REJECTS) == self._versions.get(REJECTS.name, -1):
            return now.limit(0)
        if REJECTS.name not in self._versions:
            return now
        before = self._set_aside(self._versions[REJECTS.name])
        return now.exceptAll(before).unionByName(before.exceptAll(now))

    def _set_aside(self, version: int | None) -> DataFrame:
        return self._lake.read(REJECTS, version).where(IS_STORED).select("table_name", *ORIGIN)


_ORIGIN = pa.schema([REJECTS.arrow_schema().field(name) for name in ORIGIN])


def _content(table: Table) -> list[str]:
    """The columns that say something, not where the row came from."""
    return [column.name for column in table.columns if not column.internal]


def _distinct(lake: Lake, frames: Iterable[DataFrame], column: str) -> pa.Table:
    """Every value once; bounded by what a night brings."""
    empty = frame_of(lake.spark, {column: pa.string()}, [])
    return reduce(DataFrame.unionByName, frames, empty).where(f"{column} IS NOT NULL").distinct().toArrow()
