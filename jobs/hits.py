"""The hits of every shape by either engine; on Spark, rules that look at one person's bills are judged in tasks (0138)."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import functions as F
from rich.console import Console

from jobs.console import progress
from jobs.relations import BESIDE_BILLS
from jobs.settings import Settings
from lake.places import is_local
from rules.again import needs_everyone, parted
from rules.catalogue import RULE_TYPES
from rules.engines import Engine, relations_read
from rules.engines.buckets import BILLS, judged_in_tasks, lay_out
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine
from rules.findings import HIT_SCHEMA
from rules.guard import flagged_counts, judge_shape
from rules.shapes import SHAPES

log = logging.getLogger(__name__)

# What shapes read beside the bills, the compiled rules and the current rows of source tables.
FURTHER_RELATIONS = ("code_dict", "institution", "task", "dose_frequency")


@dataclass(frozen=True)
class Hits:
    """What shapes took and found: ``seconds`` by shape, lines at fault by type, types ``stopped`` since they took too long."""

    seconds: dict[str, float]
    flagged: dict[str, int]
    stopped: set[str]


def hits_of(
    engine: DuckEngine | SparkEngine, settings: Settings, rules: pa.Table, compiled: Mapping[str, pa.Table],
    places: Mapping[str, str],
) -> Hits:  # fmt: skip
    """Makes ``hit_<shape>`` of every shape by the ``compiled`` ones of the loaded ``rules``."""
    limit = settings.guard.shape_seconds
    if isinstance(engine, DuckEngine) or not is_local(engine.scratch):
        # The embedded engine of a task writes and reads a folder: over an object store all is judged natively.
        return find_hits(engine, compiled, places, limit)
    further, own = parted(compiled, needs_everyone(rules))
    hits = find_hits(engine, further, places, limit)
    if own["rule_meta"].num_rows:
        _add_hits_in_tasks(engine, settings, own, places, hits)
    for name, rows in compiled.items():
        engine.register(name, rows)
    for shape in SHAPES:
        hits.flagged.update(flagged_counts(engine, shape.name))
    return hits


def _add_hits_in_tasks(
    engine: SparkEngine, settings: Settings, own: Mapping[str, pa.Table], places: Mapping[str, str], hits: Hits
) -> None:
    """Adds to ``hit_<shape>`` what rules find in one person's bills, and says of ``hits`` what a bucket took at most."""
    shapes = {shape.name: shape.render(RULE_TYPES.values(), places) for shape in SHAPES if own[f"{shape.name}_rule"].num_rows}
    read = relations_read([statement for statements in shapes.values() for statement in statements])
    relations = [name for name in (*BESIDE_BILLS, *FURTHER_RELATIONS) if name in read]
    buckets, folder = settings.spark.shuffle_partitions, engine.new_folder("tasks")
    started = time.monotonic()
    lay_out(engine, relations, buckets, folder)
    log.info("audit: %d relations of %d person buckets, %.1f s", len(relations) + len(BILLS), buckets, time.monotonic() - started)
    limit, memory = settings.guard.shape_seconds, settings.audit.embedded_memory
    found = judged_in_tasks(engine, folder, own, shapes, HIT_SCHEMA, buckets, limit, memory)
    took = (
        found.where("rule_key IS NULL")
        .groupBy("shape")
        .agg(F.max("seconds").alias("seconds"), F.bool_or(F.isnull("seconds")).alias("is_stopped"))
    )
    for row in took.collect():
        is_over = row["is_stopped"]
        hits.seconds[row["shape"]] += limit if is_over else row["seconds"]
        if is_over:
            log.warning("audit: shape %s stopped after %.0f s in a task, its types are held back", row["shape"], limit)
            hits.stopped.update(rule.id for rule in RULE_TYPES.values() if rule.shape == row["shape"])
    log.info("audit: judged in tasks, %.1f s", time.monotonic() - started)
    for shape in shapes:
        hit = f"hit_{shape}"
        rows = found.where((F.col("shape") == shape) & F.col("rule_key").isNotNull()).select(HIT_SCHEMA.names)
        engine.register(hit, engine.frame(hit).select(HIT_SCHEMA.names).union(rows))


def find_hits(engine: Engine, compiled: Mapping[str, pa.Table], places: Mapping[str, str], limit_seconds: float) -> Hits:
    """Makes ``hit_<shape>`` of every shape by the ``compiled`` rules, each within its seconds; a shape without rules has none."""
    for name, rows in compiled.items():
        engine.register(name, rows)
    hits = Hits({}, {}, set())
    with progress(Console(stderr=True), "audit", len(SHAPES)) as advance:
        for shape in SHAPES:
            started = time.monotonic()
            if compiled[f"{shape.name}_rule"].num_rows == 0:
                engine.register(f"hit_{shape.name}", HIT_SCHEMA.empty_table())
                flagged: dict[str, int] | None = {}
            else:
                flagged = judge_shape(engine, shape, shape.render(RULE_TYPES.values(), places), limit_seconds)
            seconds = time.monotonic() - started
            if flagged is None:
                log.warning("audit: shape %s stopped after %.0f s, its types are held back", shape.name, seconds)
                hits.stopped.update(rule.id for rule in RULE_TYPES.values() if rule.shape == shape.name)
                flagged = {}
            hits.seconds[shape.name] = seconds
            hits.flagged.update(flagged)
            advance(note=f"{shape.name}: {sum(flagged.values()):,} lines at fault, {seconds:.1f} s")
    return hits
