"""Spark as an engine: relations are temporary views; nothing runs before a frame is written or read."""

from __future__ import annotations

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession


class SparkEngine:
    """Relations by name in one Spark session. ``close`` frees what was kept."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark
        self._kept: list[DataFrame] = []

    def register(self, name: str, rows: pa.Table | DataFrame) -> None:
        """Makes relation ``name`` from a frame, or from an Arrow table of bounded size."""
        frame = rows if isinstance(rows, DataFrame) else self._spark.createDataFrame(rows)
        frame.createOrReplaceTempView(name)

    def sql(self, name: str, text: str, reused: bool = False) -> None:
        """Makes relation ``name`` from a query in the portable subset; ``reused`` rows are kept, on disk if need be."""
        frame = self._spark.sql(text)
        if reused:
            frame = frame.persist(StorageLevel.MEMORY_AND_DISK)
            self._kept.append(frame)
        frame.createOrReplaceTempView(name)

    def frame(self, name: str) -> DataFrame:
        """Relation ``name`` as a frame."""
        return self._spark.table(name)

    def arrow(self, name: str) -> pa.Table:
        """All rows of relation ``name``; only for relations that are known to be small."""
        return self._spark.table(name).toArrow()

    def close(self) -> None:
        """Lets go of every kept relation."""
        for frame in self._kept:
            frame.unpersist()
        self._kept.clear()
