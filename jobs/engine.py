"""The engine of a job: DuckDB embedded in the driver, or Spark, by the lines of the lake (docs/decisions/0060)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jobs.settings import Settings
from lake.errors import BadInput
from lake.places import is_local, make_folder, remove_tree, store_of
from lake.scratch import own_folder
from lake.store import Lake
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine


@contextmanager
def engine_of(job: str, lake: Lake, settings: Settings, line_count: int) -> Iterator[tuple[DuckEngine | SparkEngine, Path]]:
    """The engine that works on a lake of so many lines, and a folder that executors reach too; both go with the block."""
    is_embedded = _is_embedded(settings, line_count)
    scratch = own_folder(settings.spark.shared()) / job
    spill = own_folder(settings.spark.scratch()) / f"{job}-spill"
    remove_tree(scratch)
    make_folder(scratch)
    engine: DuckEngine | SparkEngine
    if is_embedded:
        engine = DuckEngine(spill=spill, memory=settings.audit.embedded_memory)
        if not is_local(lake.path):
            engine.reach(store_of(lake.path))
    else:
        engine = SparkEngine(lake.spark, scratch)
    try:
        yield engine, scratch
    finally:
        engine.close()
        for folder in (scratch, spill):
            remove_tree(folder)


def _is_embedded(settings: Settings, line_count: int) -> bool:
    """The embedded engine hands over through files that it writes, so the shared folder must be one of this machine."""
    engine = settings.audit.engine
    is_within_reach = is_local(settings.spark.shared())
    if engine == "duckdb" and not is_within_reach:
        raise BadInput(
            "audit.engine is duckdb, which writes into folders only; spark.shared_dir must be one, or audit.engine spark"
        )
    return engine == "duckdb" or (engine == "auto" and is_within_reach and line_count <= settings.audit.embedded_max_lines)
