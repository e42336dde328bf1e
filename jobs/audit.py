"""The audit job: the judged months' lines against the rule base; findings, refuse list and coverage of those months."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from pyspark.sql import DataFrame

from jobs.engine import engine_of
from jobs.hits import Hits, hits_of
from jobs.relations import bill_relations, in_months, present_tables, region_of
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
from rules.guard import Guard, candidate_counts, without
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

    ``covered``: coverage of the months; ``held``: types that the guards held back; what type_run says of ``hits``, of the
    judged ``lines`` and of the ``candidates`` by type.
    """

    engine: DuckEngine | SparkEngine
    covered: pa.Table
    held: frozenset[str]
    hits: Hits
    lines: int
    candidates: dict[str, int]


def audit(
    lake: Lake, settings: Settings, base: RuleBase, months: Sequence[JudgedMonth], history_from: date, line_count: int
) -> None:
    """Judges ``months`` anew: replaces their findings, lines, refuse list, coverage and task rows."""
    names = [month.month for month in months]
    with judged(lake, settings, base, months, history_from, line_count) as judgement:
        for table, relation in FOUND:
            rows = lake.replace(table, as_frame(lake, table, judgement.engine, relation), in_months(table, names))
            log.info("audit: %s rows in %s", f"{rows:,}", table.name)
        write_coverage(lake, judgement.covered, names)
        write_tasks(lake, settings, base, months, history_from)
        write_costs(lake, judgement.hits.seconds, judgement.lines, judgement.candidates, judgement.hits.flagged)


@contextmanager
def judged(
    lake: Lake, settings: Settings, base: RuleBase, months: Sequence[JudgedMonth], history_from: date, line_count: int
) -> Iterator[Judgement]:
    """Judges ``months`` in a scratch folder; writes no table."""
    with engine_of("audit", lake, settings, line_count) as (engine, _):
        bill_relations(lake, engine)
        prepare(settings, months, engine)
        present = present_tables(lake)
        compiled = compile_rules(base.rules, engine.arrow("code_dict"), present)
        limits = guard_of(settings)
        lines, candidates = candidate_counts(engine, compiled)
        held = limits.too_many_candidates(lines, candidates)
        hits = hits_of(engine, settings, base.rules, without(compiled, held), context(history_from, present))
        held |= hits.stopped | limits.too_many_flagged(lines, hits.flagged)
        make_findings(engine, without(compiled, held), base.rulebook_ver)
        run(engine, refuse_statements(settings.refuse.include_drg))
        names = [month.month for month in months]
        covered = coverage_of(lake, base, names, held)
        yield Judgement(engine, covered, frozenset(held), hits, lines, candidates)


def prepare(settings: Settings, months: Sequence[JudgedMonth], engine: Engine) -> None:
    """Makes what the shapes read beside bills, sources and rules."""
    region = region_of(settings)
    run(engine, source_statements(region))
    register_tasks(engine, region, months)


def guard_of(settings: Settings) -> Guard:
    """The limits of the settings."""
    limits = settings.guard
    return Guard(limits.candidates_per_line, limits.flagged_share, limits.min_lines, limits.types)


def coverage_of(lake: Lake, base: RuleBase, months: Sequence[str], held: Collection[str]) -> pa.Table:
    """What of the rule base could be judged in the months."""
    present = present_tables(lake)
    return coverage_rows(base.rules, evaluable(base.rules, present), present, months, base.rulebook_ver, held)


def write_coverage(lake: Lake, covered: pa.Table, months: Sequence[str]) -> None:
    """Says of the months what was judged."""
    lake.replace(COVERAGE, lake.spark.createDataFrame(covered), in_months(COVERAGE, months))


def write_costs(
    lake: Lake, seconds: Mapping[str, float], lines: int, candidates: Mapping[str, int], flagged: Mapping[str, int]
) -> None:
    """Says of each rule type what it cost and found."""
    rows = [
        (rule.id, rule.shape, seconds[rule.shape], lines, candidates.get(rule.id, 0), flagged.get(rule.id, 0))
        for rule in RULE_TYPES.values()
    ]
    lake.replace_all(TYPE_RUN, TYPE_RUN.frame(lake.spark, rows))


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
    lake.replace(TASK, TASK.frame(lake.spark, rows), in_months(TASK, [t.month for t in months]))


def as_frame(lake: Lake, table: Table, engine: DuckEngine | SparkEngine, relation: str) -> DataFrame:
    """The rows of a relation of ``FOUND`` as the table has them."""
    if isinstance(engine, SparkEngine):
        return engine.frame(relation)
    return table.conform(lake.spark.createDataFrame(engine.arrow(relation)))
