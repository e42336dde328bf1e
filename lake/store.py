"""The only Delta code: tables are read here and written here, slice by slice, and every commit is checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lake.commits import commit_info, newest_version, stored_columns, touched_partitions
from lake.delta_errors import clean_errors
from lake.errors import IntegrityFailure
from lake.layout import mark_new
from lake.places import read_parquet, remove_tree, spark_path
from lake.table_log import DataFile, read_log
from lake.tables import TABLES
from lake.tables.schema import Table

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame, DataFrameWriter, SparkSession

PROPERTIES = {
    "delta.enableInCommitTimestamps": "true",
    # Without Spark (DuckDB, delta-rs) deletion vectors are not read everywhere.
    "delta.enableDeletionVectors": "false",
    # A publication may name any version: the log is never cleaned, and nothing here vacuums.
    "delta.enableExpiredLogCleanup": "false",
    "delta.checkpointInterval": "20",
}


class Lake:
    """The tables of one lake folder. Writers hold ``lake.lock.one_writer`` on it.

    ``session`` may be what makes the session: it is called when the first table is read or written, so that bad input is
    refused before a JVM starts.
    """

    def __init__(self, session: SparkSession | Callable[[], SparkSession], path: Path) -> None:
        self._session = session
        self.path = path

    @property
    def spark(self) -> SparkSession:
        """The session of all reading and writing."""
        if callable(self._session):
            self._session = self._session()
        return self._session

    def folder(self, table: Table) -> Path:
        return self.path / table.name

    def version(self, table: Table) -> int:
        """The newest version of the table; -1 if it was never created."""
        return newest_version(self.folder(table))

    def exists(self, table: Table) -> bool:
        """Whether anything was ever written to the table, were it no rows."""
        return self.version(table) >= 0

    def changed_slices(self, table: Table, since: int) -> set[str]:
        """Values of the table's first partition column whose rows any commit after version ``since`` may have changed."""
        return touched_partitions(self.folder(table), since, table.partition[0])

    def versions(self) -> dict[str, int]:
        """The newest version of every table that was ever written, by name."""
        return {name: self.version(table) for name, table in sorted(TABLES.items()) if self.exists(table)}

    def read(self, table: Table, version: int | None = None) -> DataFrame:
        """The rows of the table, as of ``version`` or the newest; no rows if it was never written.

        A version of an older layout comes with the columns that it lacks, without values.
        """
        if not self.exists(table):
            return table.frame(self.spark)
        reader = self.spark.read.format("delta")
        if version is not None:
            reader = reader.option("versionAsOf", version)
        with clean_errors(table):
            return table.completed(reader.load(spark_path(self.folder(table))))

    def data_files(self, table: Table, version: int | None = None) -> list[str]:
        """The data files of ``version`` or the newest, for who reads them without Spark. From the log."""
        return [str(self.folder(table) / path) for path in sorted(self._live(table, version))]

    def rows(self, table: Table) -> int:
        """How many rows the newest version has. From the log, without Spark."""
        return sum(file.rows for file in self._live(table, None).values())

    def columns(self, table: Table) -> list[str]:
        """The columns that the table has, were they written by another version. From the log, without Spark."""
        return stored_columns(self.folder(table)) if self.exists(table) else table.names

    def held(self, table: Table, columns: Sequence[str], version: int | None = None) -> pa.Table:
        """Those columns of all rows of a small table, as of ``version`` or the newest. Without Spark."""
        return read_parquet(self.data_files(table, version), table.arrow_schema(), columns, table.partition)

    def _live(self, table: Table, version: int | None) -> dict[str, DataFile]:
        asked = self.version(table) if version is None else version
        log = read_log(self.folder(table))
        if asked > log.readable:
            raise IntegrityFailure("; ".join(log.faults.values()))
        return log.live(asked) if asked >= 0 else {}

    def replace(self, table: Table, frame: DataFrame, where: str) -> int:
        """Replaces the rows that ``where`` describes by ``frame`` and returns the rows written.

        ``where`` is a predicate over partition columns without a person's data: the log keeps it. A row of
        ``frame`` outside it is refused, and so is a missing key. Evaluates ``frame`` once.
        """
        return self._write(table, frame, "overwrite", {"replaceWhere": where})

    def replace_all(self, table: Table, frame: DataFrame) -> int:
        """Replaces all rows of the table and returns the rows written."""
        return self._write(table, frame, "overwrite", {})

    def replace_changed(self, table: Table, frame: DataFrame, where: str = "true") -> bool:
        """As ``replace``, but leaves an equal slice, and so the version, alone; True if it was written.

        Evaluates ``frame`` twice: for results that are small or cached.
        """
        if self.exists(table):
            staged, stored = table.conform(frame), self.read(table).where(where)
            if _fingerprint(table, staged) == _fingerprint(table, stored):
                return False
        if where == "true":
            self.replace_all(table, frame)
        else:
            self.replace(table, frame, where)
        return True

    def replace_changed_slices(self, table: Table, frame: DataFrame, slices: Collection[str]) -> list[str]:
        """Replaces those of ``slices`` (values of the first partition column) whose rows differ from ``frame``'s; which.

        Rows of ``frame`` in other slices are left out. Evaluates ``frame`` twice: for results that are small or stored.
        """
        from pyspark.sql import functions as F

        part = table.partition[0]
        of_slices = table.conform(frame).where(F.col(part).isin(list(slices)))
        staged = _fingerprints(table, of_slices, part)
        stored = _fingerprints(table, self.read(table).where(F.col(part).isin(list(slices))), part)
        changed = sorted(name for name in slices if staged.get(name) != stored.get(name))
        if changed:
            listed = ", ".join(f"'{name}'" for name in changed)
            self.replace(table, of_slices.where(F.col(part).isin(changed)), f"{part} IN ({listed})")
        return changed

    def add_columns(self, table: Table) -> list[str]:
        """Gives a table the declared columns that it lacks, without values, by writing its rows anew; their names."""
        if not self.exists(table):
            return []
        with clean_errors(table):
            stored = self.spark.read.format("delta").load(spark_path(self.folder(table))).columns
        lacking = [name for name in table.names if name not in stored]
        if {*lacking} & {*table.key, *table.partition}:
            raise AssertionError(f"{table.name}: a key or partition column cannot be added without values")
        if lacking:
            self._write(table, self.read(table), "overwrite", {"mergeSchema": "true"})
        return lacking

    def append(self, table: Table, frame: DataFrame) -> int:
        """Adds the rows of ``frame`` and returns how many; for tables whose rows are never changed."""
        return self._write(table, frame, "append", {})

    def _write(self, table: Table, frame: DataFrame, mode: str, options: dict[str, str]) -> int:
        from pyspark.sql import Observation
        from pyspark.sql import functions as F

        self._create(table)
        before = self.version(table)
        staged = Observation()
        with clean_errors(table), self._described(f"write {table.name}"):
            rows = table.conform(frame).observe(staged, F.count(F.lit(1)).alias("rows"))
            writer: DataFrameWriter = rows.write.format("delta").mode(mode).options(**options)
            writer.save(spark_path(self.folder(table)))
            count = int(staged.get["rows"])
        self._check_commit(table, before, count)
        return count

    @contextmanager
    def _described(self, what: str) -> Iterator[None]:
        """Names the Spark jobs inside, for who reads the event log or the web page of a slow run."""
        self.spark.sparkContext.setJobDescription(what)
        try:
            yield
        finally:
            self.spark.sparkContext.setLocalProperty("spark.job.description", None)  # type: ignore[arg-type]  # None: none

    def _create(self, table: Table) -> None:
        """Makes the empty table if it is not there: version 0."""
        if self.version(table) >= 0:
            return
        mark_new(self.path)
        # Of a run that was killed while it made the table: Delta makes none in a folder that is there.
        remove_tree(self.folder(table))
        properties = dict(PROPERTIES)
        # The log keeps the smallest and largest values of these columns, so they must tell nothing about a person.
        if table.skip_on:
            properties["delta.dataSkippingStatsColumns"] = ",".join(table.skip_on)
        else:
            properties["delta.dataSkippingNumIndexedCols"] = "0"
        listed = ", ".join(f"'{name}' = '{value}'" for name, value in properties.items())
        partitioned = f"PARTITIONED BY ({', '.join(table.partition)})" if table.partition else ""
        with clean_errors(table):
            self.spark.sql(
                f"CREATE TABLE delta.`{spark_path(self.folder(table).resolve())}` ({table.ddl()}) USING delta {partitioned} "
                f"TBLPROPERTIES ({listed})"
            )

    def _check_commit(self, table: Table, before: int, staged: int) -> None:
        """Raises IntegrityFailure unless exactly one commit came, and it holds the rows that were staged."""
        after = self.version(table)
        if after == before and staged == 0:
            return  # an empty slice replaced by nothing: Delta commits nothing
        if after != before + 1:
            raise IntegrityFailure(f"{table.name}: the write moved version {before} to {after}, not to {before + 1}")
        # A slice that became empty is only removals: such a commit counts no rows.
        committed = int(commit_info(self.folder(table), after).get("operationMetrics", {}).get("numOutputRows", 0))
        if committed != staged:
            raise IntegrityFailure(f"{table.name}: version {after} holds {committed} new rows, {staged} were staged")


def _fingerprint(table: Table, frame: DataFrame) -> tuple[object, ...]:
    """Two frames of the table with equal fingerprints hold the same rows, in whatever order."""
    return tuple(frame.agg(*_row_sums(table)).collect()[0])


def _fingerprints(table: Table, frame: DataFrame, part: str) -> dict[str, tuple[object, ...]]:
    """The fingerprint of the rows of each value of the column ``part``."""
    return {str(row[0]): tuple(row)[1:] for row in frame.groupBy(part).agg(*_row_sums(table)).collect()}


def _row_sums(table: Table) -> list[Column]:
    """Aggregates that tell the rows of a table apart, in whatever order."""
    from pyspark.sql import functions as F

    # xxhash64 skips missing values, so where they are is hashed too.
    row = F.xxhash64(*table.names, *[F.col(name).isNull() for name in table.names])
    return [F.count(F.lit(1)), F.sum(row.cast("decimal(20,0)")), F.bit_xor(row)]
