"""On Spark, rules that look at one person's bills are judged in tasks on person buckets (docs/decisions/0138)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from jobs.hits import FURTHER_RELATIONS, find_hits, hits_of
from jobs.relations import BESIDE_BILLS
from lake.tables import SOURCE_TABLES
from rules.again import needs_everyone, parted
from rules.book.compile import compile_rules
from rules.engines import Engine
from rules.engines.buckets import BILLS
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine
from rules.findings import HIT_COLUMNS
from rules.judge import context
from rules.shapes import SHAPES
from tests.duck import rule_rows
from tests.engines.batch import FIRST_DAY, everything, judge_batch
from tests.generated.engine import accepted_rows
from tests.jobs.nights import settings_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def hits(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """The hits of every shape in one order."""
    named = {shape.name: engine.arrow(f"hit_{shape.name}").select(HIT_COLUMNS).to_pylist() for shape in SHAPES}
    return {name: sorted(rows, key=repr) for name, rows in named.items()}


@dataclass(frozen=True)
class Judged:
    """A batch on both engines, and its rules that look at one person's bills alone."""

    embedded: DuckEngine
    distributed: SparkEngine
    rules: pa.Table
    own: dict[str, pa.Table]
    places: dict[str, str]


@pytest.fixture(scope="module")
def judged(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    """Examples and a sampled batch of every type: persons who share a visit, visits of nobody, tables of every kind."""
    batch, embedded = everything(seeds=1), DuckEngine(threads=1)
    distributed = SparkEngine(spark, tmp_path_factory.mktemp("hits") / "scratch")
    judge_batch(embedded, batch)
    rules = rule_rows(accepted_rows(batch.rules))
    _, own = parted(compile_rules(rules, embedded.arrow("code_dict"), frozenset(SOURCE_TABLES)), needs_everyone(rules))
    for name in (*BILLS, *BESIDE_BILLS, *FURTHER_RELATIONS):
        distributed.register(name, embedded.arrow(name))
    yield Judged(embedded, distributed, rules, own, context(FIRST_DAY, SOURCE_TABLES))
    distributed.close()


def test_tasks_on_person_buckets_find_what_one_engine_finds(judged: Judged) -> None:
    one = find_hits(judged.embedded, judged.own, judged.places, 600)

    many = hits_of(judged.distributed, settings_of(), judged.rules, judged.own, judged.places)

    assert hits(judged.distributed) == hits(judged.embedded)
    assert {name: number for name, number in many.flagged.items() if number} == one.flagged
    assert len(one.flagged) > 30
    assert many.stopped == set()


def test_a_shape_that_is_stopped_in_a_task_is_held_back(judged: Judged) -> None:
    settings = settings_of("guard.shape_seconds=0.00001")

    many = hits_of(judged.distributed, settings, judged.rules, judged.own, judged.places)

    assert {"V02", "V14", "S01"} <= many.stopped
