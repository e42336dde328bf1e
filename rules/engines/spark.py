"""Spark as an engine: relations are temporary views; those that several queries read are written out once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # py4j ships no types
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from lake.places import make_folder, remove_tree, spark_path
from rules.engines.budget import stopped_after


class SparkEngine:
    """Relations by name in one Spark session; every worker must reach ``scratch``. ``close`` removes what was written there.

    A view is planned anew wherever it is read, and so is all that it reads: sixty views on views took minutes to plan, also
    when persisted. A relation that several queries read is therefore written to Parquet and read back.
    """

    def __init__(self, spark: SparkSession, scratch: Path) -> None:
        self._spark = spark
        self.scratch = scratch
        self._round = 0

    def register(self, name: str, rows: pa.Table | DataFrame) -> None:
        """Makes relation ``name`` from a frame, or from an Arrow table of bounded size."""
        frame = rows if isinstance(rows, DataFrame) else self._spooled(name, rows)
        frame.createOrReplaceTempView(name)

    def _spooled(self, name: str, rows: pa.Table) -> DataFrame:
        """The rows through a Parquet file, whose size tells Spark what may be broadcast."""
        path = self.scratch / f"{name}.parquet"
        make_folder(path.parent)
        with path.open("wb") as file:
            pq.write_table(rows, file)
        return self._spark.read.parquet(spark_path(path))

    def sql(self, name: str, text: str, reused: bool = False) -> None:
        """Makes relation ``name`` from a query in the portable subset; ``reused``: at once, and on disk."""
        if reused:
            self.renew(name, text)
        else:
            self.view(name, text)

    def view(self, name: str, text: str) -> None:
        """Makes relation ``name`` a view."""
        self._spark.sql(text).createOrReplaceTempView(name)

    def renew(self, name: str, text: str) -> None:
        """Makes relation ``name`` at once from a query that may read ``name`` as it was."""
        self._round += 1
        path = spark_path(self.scratch / f"{name}-{self._round}")
        self._spark.sql(text).write.mode("overwrite").parquet(path)
        self._spark.read.parquet(path).createOrReplaceTempView(name)

    def new_folder(self, name: str) -> Path:
        """A folder of the scratch that nobody has written to."""
        self._round += 1
        return self.scratch / f"{name}-{self._round}"

    def frame(self, name: str) -> DataFrame:
        """Relation ``name`` as a frame."""
        return self._spark.table(name)

    def arrow(self, name: str) -> pa.Table:
        """All rows of relation ``name``; only for relations that are known to be small."""
        return self._spark.table(name).toArrow()

    @contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """A block whose jobs are cancelled once it has taken that long: OverBudget."""
        context = self._spark.sparkContext
        group = f"fundguard-{uuid4()}"
        # A task looks whether it was cancelled between rows; interrupted, it also leaves off waiting.
        context.setJobGroup(group, "limited in seconds", interruptOnCancel=True)
        try:
            with stopped_after(seconds, lambda: context.cancelJobGroup(group), (PySparkException, Py4JError)):
                yield
        finally:
            context.setLocalProperty("spark.jobGroup.id", None)  # type: ignore[arg-type]  # None clears it

    def close(self) -> None:
        """Removes every relation that was written out."""
        remove_tree(self.scratch)
