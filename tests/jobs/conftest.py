"""The story of a small lake, told once."""

from __future__ import annotations

import pickle
import shutil
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from tests.jobs.telling import Story


@pytest.fixture(scope="session")
def story(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Story:
    """The nights of tests/jobs/telling.py, told by the first process of the run that asks; the others read what it kept."""
    from tests.jobs.telling import tell

    own = tmp_path_factory.getbasetemp()
    run = own if worker_id == "master" else own.parent
    folder, kept = run / "story", run / "story.pickle"
    with FileLock(run / "story.lock"):
        if not kept.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            kept.write_bytes(pickle.dumps(tell(folder)))
        told: Story = pickle.loads(kept.read_bytes())  # noqa: S301 - written two lines above
    return told
