"""The story of a small lake, told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from tests.jobs.telling import Story


@pytest.fixture(scope="session")
def story(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The nights of tests/jobs/telling.py."""
    from tests.jobs.telling import tell

    return tell(tmp_path_factory.mktemp("story"))
