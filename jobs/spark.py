"""Opens a lake with the session that the settings describe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jobs.settings import Settings
from lake.errors import BadInput
from lake.layout import check_layout
from lake.object_store import s3a_properties
from lake.places import is_local
from lake.scratch import own_folder
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
            own_folder(spark.scratch()),
            _event_log(spark.event_log) | _reach(path, settings) | spark.properties(),
            worker_python=spark.worker_python,
        )

    return Lake(session, path)


def _reach(path: Path, settings: Settings) -> dict[str, str]:
    """What Spark needs beyond itself to reach the lake and the folder shared with executors."""
    if is_local(path) and is_local(settings.spark.shared()):
        return {}
    return s3a_properties(settings.spark.s3_jars())


def _event_log(folder: str) -> dict[str, str]:
    """Spark's properties for one plain event log a job, which `fundguard stages` reads; none without a folder."""
    if not folder:
        return {}
    place = Path(folder).resolve()
    place.mkdir(parents=True, exist_ok=True)
    return {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": place.as_uri(),
        "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false",
    }


def open_published(path: Path, settings: Settings) -> Lake:
    """The lake in ``path`` for a reader; BadInput if there is none."""
    if not path.is_dir():
        raise BadInput(f"{path}: no lake there")
    check_layout(path, writes=False)
    return open_lake(path, settings)
