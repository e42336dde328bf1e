"""The audit job: the judged months' lines against the rule base; findings, refuse list and coverage of those months."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from pyspark.sql import DataFrame
from rich.console import Console

from jobs.console import progress
from jobs.relations import bill_relations, chosen_engine, in_months, present_tables, region_of
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import COVERAGE, FINDING, FINDING_DETL, REFUSE_LIST, TASK, TYPE_RUN
from lake.tables.schema import Table
from rules.book.compile import compile_rules, evaluable
from rules.catalogue import RULE_TYPES
from rules.coverage import coverage_rows
from rules.engines import Engine, run
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine
from rules.findings import finding_statements
from rules.guard import Guard, candidate_counts, flagged_counts, without
from rules.judge import JudgedMonth, context, register_tasks, source_statements
from rules.refuse import refuse_statements
from rules.shapes import SHAPES

log = logging.getLogger(__name__)

# rule_type_id, shape, seconds of the shape, judged lines, candidates, lines at fault: as type_run has them.
Cost = tuple[str, str, float, int, int, int]
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
    costs: list[Cost]
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
        write_tasks(lake, settings, base, months, history_from)
        lake.replace_all(TYPE_RUN, lake.spark.createDataFrame(judgement.costs, TYPE_RUN.spark_schema()))


@contextmanager
def judged(
    lake: Lake, settings: Settings, base: RuleBase, months: Sequence[JudgedMonth], history_from: date, line_count: int
) -> Iterator[Judgement]:
    """Judges ``months`` in a scratch folder; writes no table."""
    with audit_engine(lake, settings, line_count) as engine:
        bill_relations(lake, engine)
        prepare(settings, months, engine)
        present = present_tables(lake)
        compiled = compile_rules(base.rules, engine.arrow("code_dict"), present)
        limits = guard_of(settings)
        lines, candidates = candidate_counts(engine, compiled)
        held = limits.too_many_candidates(lines, candidates)
        costs = find_hits(engine, without(compiled, held), context(history_from, present), lines, candidates)
        held |= limits.too_many_flagged(lines, {cost[0]: cost[5] for cost in costs})
        make_findings(engine, without(compiled, held), base.rulebook_ver)
        run(engine, refuse_statements(settings.refuse.include_drg))
        names = [month.month for month in months]
        covered = coverage_rows(base.rules, evaluable(base.rules, present), present, names, base.rulebook_ver, held)
        yield Judgement(engine, covered, costs, frozenset(held))


@contextmanager
def audit_engine(lake: Lake, settings: Settings, line_count: int) -> Iterator[DuckEngine | SparkEngine]:
    """An engine without relations, for so many lines; its scratch folder goes with it."""
    scratch = settings.spark.scratch() / f"audit-{os.getpid()}"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    engine = chosen_engine(lake, settings, line_count, scratch)
    try:
        yield engine
    finally:
        engine.close()
        shutil.rmtree(scratch, ignore_errors=True)


def prepare(settings: Settings, months: Sequence[JudgedMonth], engine: Engine) -> None:
    """Makes what the shapes read beside bills, sources and rules."""
    region = region_of(settings)
    run(engine, source_statements(region))
    register_tasks(engine, region, months)


def guard_of(settings: Settings) -> Guard:
    """The limits of the settings."""
    return Guard(settings.guard.candidates_per_line, settings.guard.flagged_share, settings.guard.min_lines)


def find_hits(
    engine: Engine, compiled: Mapping[str, pa.Table], places: Mapping[str, str], lines: int, candidates: Mapping[str, int]
) -> list[Cost]:
    """Makes ``hit_<shape>`` of every shape by the ``compiled`` rules; rows of type_run."""
    for name, rows in compiled.items():
        engine.register(name, rows)
    costs = []
    with progress(Console(stderr=True), "audit", len(SHAPES)) as advance:
        for shape in SHAPES:
            started = time.monotonic()
            run(engine, shape.render(RULE_TYPES.values(), places), kept=(f"hit_{shape.name}",))
            flagged = flagged_counts(engine, shape.name)
            seconds = time.monotonic() - started
            advance(note=f"{shape.name}: {sum(flagged.values()):,} lines at fault, {seconds:.1f} s")
            costs += [
                (rule.id, shape.name, seconds, lines, candidates.get(rule.id, 0), flagged.get(rule.id, 0))
                for rule in RULE_TYPES.values()
                if rule.shape == shape.name
            ]
    return costs


def make_findings(engine: Engine, compiled: Mapping[str, pa.Table], rulebook_ver: str) -> None:
    """Makes ``finding`` and ``finding_detl`` of the hits whose rules are in ``compiled``."""
    engine.register("rule_meta", compiled["rule_meta"])
    run(engine, finding_statements(RULE_TYPES.values(), [shape.name for shape in SHAPES], rulebook_ver))


def write_tasks(lake: Lake, settings: Settings, base: RuleBase, months: Sequence[JudgedMonth], history_from: date) -> None:
    """Says of each month how it was judged."""
    rows = [
        (task.month, f"{task.month}@{base.rulebook_ver}", base.rulebook_ver, settings.result_digest(), task.as_of, history_from)
        for task in months
    ]
    lake.replace(TASK, lake.spark.createDataFrame(rows, TASK.spark_schema()), in_months(TASK, [t.month for t in months]))


def as_frame(lake: Lake, table: Table, engine: DuckEngine | SparkEngine, relation: str) -> DataFrame:
    """The rows of a relation of ``FOUND`` as the table has them."""
    if isinstance(engine, SparkEngine):
        return engine.frame(relation)
    return table.conform(lake.spark.createDataFrame(engine.arrow(relation)))
