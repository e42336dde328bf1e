"""Fixtures of the whole run: one Spark session, and a lake of its own for each test that asks."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lake import main_module
from tests.java import SMALL_COMPILER

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from lake.store import Lake

# That of a worker of pytest-xdist has none.
main_module.has_a_file()

# Airflow lives in an environment of its own, in which `make test` runs these.
collect_ignore = [] if find_spec("airflow") else ["airflow"]

JARS = sorted((Path(__file__).parent.parent / "jars").glob("*.jar"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nights begin first, as they last longest: one process tells the story, the other does nights that need none."""
    of_the_story = {item.path for item in items if "story" in getattr(item, "fixturenames", ())}

    def place(item: pytest.Item) -> int:
        if item.path.name == "test_nightly.py":
            return 0
        if "jobs" not in item.path.parts:
            return 3
        return 2 if item.path in of_the_story else 1

    items.sort(key=place)


@pytest.fixture(autouse=True)
def _no_log_of_a_test_before() -> Iterator[None]:
    """A command logs to the standard error of its test, which is closed when that test is over: nothing may log to it after."""
    yield
    root = logging.getLogger()
    for handler in [left for left in root.handlers if type(left) is logging.StreamHandler]:
        root.removeHandler(handler)


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """The one session: one core, one shuffle partition, no UI, fixed zone."""
    from lake.session import spark_session

    session = spark_session(
        master="local[1]",
        app_name="fundguard-tests",
        driver_memory="2g",
        shuffle_partitions=1,
        jars=JARS,
        local_dir=tmp_path_factory.mktemp("spark"),
        # On tables of a few rows adaptive plans cost 6 jobs a write instead of 4, and a sixth more CPU.
        # Each sort and each hash table begins with a page: of 64 MB by default, which fills the heap of a plan with many.
        extra={"spark.sql.adaptive.enabled": "false", "spark.buffer.pageSize": "1m"},
        java_options=f"{SMALL_COMPILER} -XX:+UseSerialGC",
    )
    yield session
    session.stop()


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> Lake:
    """An empty lake."""
    from lake.store import Lake

    return Lake(spark, tmp_path / "lake")
