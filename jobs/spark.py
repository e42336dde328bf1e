"""Opens a lake with the session that the settings describe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jobs.settings import Settings
from lake.errors import BadInput
from lake.session import spark_session
from lake.store import Lake

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def open_lake(path: Path, settings: Settings) -> Lake:
    """The lake in folder ``path``, which may still be empty. Spark starts when a table is first read or written."""
    spark = settings.spark

    def session() -> SparkSession:
        return spark_session(
            spark.master,
            "fundguard",
            spark.driver_memory,
            spark.shuffle_partitions,
            spark.jars(),
            spark.scratch(),
            spark.properties(),
        )

    return Lake(session, path)


def open_published(path: Path, settings: Settings) -> Lake:
    """The lake in ``path`` for a reader; BadInput if there is none."""
    if not path.is_dir():
        raise BadInput(f"{path}: no lake there")
    return open_lake(path, settings)
