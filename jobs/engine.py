"""The engine of a job: DuckDB embedded in the driver, or Spark, by the lines of the lake (docs/decisions/0060)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jobs.settings import Settings
from lake.store import Lake
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine


@contextmanager
def engine_of(job: str, lake: Lake, settings: Settings, line_count: int) -> Iterator[tuple[DuckEngine | SparkEngine, Path]]:
    """The engine that works on a lake of so many lines, and the job's own scratch folder; both go with the block."""
    scratch = settings.spark.scratch() / f"{job}-{os.getpid()}"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    engine: DuckEngine | SparkEngine
    if _is_embedded(settings, line_count):
        engine = DuckEngine(spill=scratch / "spill", memory=settings.audit.embedded_memory)
    else:
        engine = SparkEngine(lake.spark, scratch)
    try:
        yield engine, scratch
    finally:
        engine.close()
        shutil.rmtree(scratch, ignore_errors=True)


def _is_embedded(settings: Settings, line_count: int) -> bool:
    engine = settings.audit.engine
    return engine == "duckdb" or (engine == "auto" and line_count <= settings.audit.embedded_max_lines)
