"""The engine that measures: the one that would judge a lake of this size."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from jobs.relations import chosen_engine
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import FEE_LIST_D
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine


@contextmanager
def gate_engine(lake: Lake, settings: Settings) -> Iterator[DuckEngine | SparkEngine]:
    """An engine with a scratch folder of its own, which goes with it."""
    scratch = settings.spark.scratch() / f"gate-{os.getpid()}"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    engine = chosen_engine(lake, settings, lake.read(FEE_LIST_D).count(), scratch)
    try:
        yield engine
    finally:
        engine.close()
        shutil.rmtree(scratch, ignore_errors=True)
