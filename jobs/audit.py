"""The audit job: the judged months' lines against the rule base; findings, refuse list and coverage of those months."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from pyspark.sql import DataFrame
from rich.console import Console

from jobs.console import progress
from jobs.engine import engine_of
from jobs.relations import duckdb_relations, present_tables, region_of, spark_relations
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import COVERAGE, FINDING, FINDING_DETL, REFUSE_LIST, TASK, TYPE_RUN
from lake.tables.schema import Table
from rules.book.compile import compile_rules, evaluable
from rules.catalogue import RULE_TYPES
from rules.coverage import coverage_rows
from rules.engines import run
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine
from rules.findings import finding_statements
from rules.guard import Guard, candidate_counts, judge_shape, without
from rules.judge import JudgedMonth, context, register_tasks, source_statements
from rules.refuse import refuse_statements
from rules.shapes import SHAPES

log = logging.getLogger(__name__)

FOUND = ((FINDING, "finding"), (FINDING_DETL, "finding_detl"), (REFUSE_LIST, "refuse_list"))


@dataclass(frozen=True)
class RuleBase:
    """The loaded rules (rules/book) and the hash that every finding names."""

    rules: pa.Table
    rulebook_ver: str


@dataclass(frozen=True)
class Judgement:
    """What rules find in the judged months. The relations of ``FOUND`` lie in ``engine`` as long as ``judged`` is open.

    ``covered``: coverage of the months; ``costs``: rows of type_run; ``held``: types that the guards held back.
    """

    engine: DuckEngine | SparkEngine
    covered: pa.Table
    costs: list[tuple[str, str, float, int, int, int]]
    held: frozenset[str]


def audit(
    lake: Lake, settings: Settings, base: RuleBase, months: Sequence[JudgedMonth], history_from: date, line_count: int
) -> None:
    """Judges ``months`` anew: replaces their findings, lines, refuse list, coverage and task rows."""
    names = [month.month for month in months]
    with judged(lake, settings, base, months, history_from, line_count) as judgement:
        for table, relation in FOUND:
            rows = lake.replace(table, as_frame(lake, table, judgement.engine, relation), in_months(table, names))
            log.info("audit: %s rows in %s", f"{rows:,}", table.name)
        lake.replace(COVERAGE, lake.spark.createDataFrame(judgement.covered), in_months(COVERAGE, names))
        _write_tasks(lake, settings, base, months, history_from)
        lake.replace_all(TYPE_RUN, lake.spark.createDataFrame(judgement.costs, TYPE_RUN.spark_schema()))


@contextmanager
def judged(
    lake: Lake, settings: Settings, base: RuleBase, months: Sequence[JudgedMonth], history_from: date, line_count: int
) -> Iterator[Judgement]:
    """Judges ``months`` in a scratch folder; writes no table."""
    with engine_of("audit", lake, settings, line_count) as (engine, _):
        if isinstance(engine, DuckEngine):
            duckdb_relations(lake, engine)
        else:
            spark_relations(lake, engine)
        yield _judge(lake, settings, base, months, history_from, engine)


def _judge(
    lake: Lake, settings: Settings, base: RuleBase, months: Sequence[JudgedMonth], history_from: date,
    engine: DuckEngine | SparkEngine,
) -> Judgement:  # fmt: skip
    region, present = region_of(settings), present_tables(lake)
    run(engine, source_statements(region))
    register_tasks(engine, region, months)
    compiled = compile_rules(base.rules, engine.arrow("code_dict"), present)
    for name, rows in compiled.items():
        engine.register(name, rows)
    limits = settings.guard
    guard = Guard(limits.candidates_per_line, limits.flagged_share, limits.min_lines, limits.types)
    judged_lines, candidates = candidate_counts(engine, compiled)
    held = guard.too_many_candidates(judged_lines, candidates)
    for name, rows in without(compiled, held).items():
        engine.register(name, rows)
    places = context(history_from, present)
    costs = []
    with progress(Console(stderr=True), "audit", len(SHAPES)) as advance:
        for shape in SHAPES:
            started = time.monotonic()
            statements = shape.render(RULE_TYPES.values(), places)
            within = judge_shape(engine, shape, statements, limits.shape_seconds)
            flagged = within or {}
            seconds = time.monotonic() - started
            if within is None:
                log.warning("audit: shape %s stopped after %.0f s, its types are held back", shape.name, seconds)
                held |= {rule.id for rule in RULE_TYPES.values() if rule.shape == shape.name}
            advance(note=f"{shape.name}: {sum(flagged.values()):,} lines at fault, {seconds:.1f} s")
            costs += [
                (rule.id, shape.name, seconds, judged_lines, candidates.get(rule.id, 0), flagged.get(rule.id, 0))
                for rule in RULE_TYPES.values()
                if rule.shape == shape.name
            ]
    held |= guard.too_many_flagged(judged_lines, {cost[0]: cost[5] for cost in costs})
    engine.register("rule_meta", without(compiled, held)["rule_meta"])
    run(engine, finding_statements(RULE_TYPES.values(), [shape.name for shape in SHAPES], base.rulebook_ver))
    run(engine, refuse_statements(settings.refuse.include_drg))
    names = [month.month for month in months]
    covered = coverage_rows(base.rules, evaluable(base.rules, present), present, names, base.rulebook_ver, held)
    return Judgement(engine, covered, costs, frozenset(held))


def _write_tasks(lake: Lake, settings: Settings, base: RuleBase, months: Sequence[JudgedMonth], history_from: date) -> None:
    rows = [
        (task.month, f"{task.month}@{base.rulebook_ver}", base.rulebook_ver, settings.result_digest(), task.as_of, history_from)
        for task in months
    ]
    lake.replace(TASK, lake.spark.createDataFrame(rows, TASK.spark_schema()), in_months(TASK, [t.month for t in months]))


def in_months(table: Table, months: Sequence[str]) -> str:
    """The slice of a table that an audit of ``months`` owns."""
    listed = ", ".join(f"'{month}'" for month in months)
    return f"{table.partition[0]} IN ({listed})"


def as_frame(lake: Lake, table: Table, engine: DuckEngine | SparkEngine, relation: str) -> DataFrame:
    """The rows of a relation of ``FOUND`` as the table has them."""
    if isinstance(engine, SparkEngine):
        return engine.frame(relation)
    return table.conform(lake.spark.createDataFrame(engine.arrow(relation)))
