"""The audit of a night that touched some persons only: the same findings as a whole audit, from a part of the bills."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from jobs.audit import (
    RuleBase,
    coverage_of,
    guard_of,
    make_findings,
    prepare,
    write_costs,
    write_coverage,
    write_tasks,
)
from jobs.bills import Rebuilt
from jobs.engine import engine_of
from jobs.hits import Hits, hits_of
from jobs.refused import refuse_months
from jobs.relations import BESIDE_BILLS, BILLS, engine_frame, in_months, present_tables, register_stored, source_relations
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BILL_LINE, FINDING, FINDING_DETL, SHADOWED
from rules.again import BILLS as TOUCHED
from rules.again import TOUCHED_BILLS, TOUCHED_STATEMENTS, kept_statements, merge_statements, needs_everyone, parted
from rules.book.compile import compile_rules
from rules.engines import Statement, run
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine
from rules.guard import candidate_counts
from rules.judge import JudgedMonth, context

log = logging.getLogger(__name__)

PARTS = ("everyone", "touched")
FURTHER = pa.schema([("rule_type_id", pa.string()), ("rule_id", pa.string())])
MOVED = ((FINDING, "moved_finding"), (FINDING_DETL, "moved_detl"))


def audit_again(
    lake: Lake, settings: Settings, base: RuleBase, months: Sequence[JudgedMonth], fresh: Sequence[str], history_from: date,
    rebuilt: Rebuilt,
) -> list[str] | None:  # fmt: skip
    """Judges the persons of ``rebuilt`` by all rules and everyone by the rules that look further; replaces what moved.

    Returns the judged months whose findings or bills moved. All ``months`` but the ``fresh`` ones were judged before, by this
    rule base under the same settings, with nothing held back. None, and nothing is written, where a guard would hold a type
    back now: then all has to be judged.
    """
    limits = guard_of(settings)
    names = [month.month for month in months]
    with engine_of("audit", lake, settings, lake.rows(BILL_LINE)) as (engine, scratch):
        _register_everything(lake, engine, rebuilt, fresh, names)
        prepare(settings, months, engine)
        compiled = compile_rules(base.rules, engine.arrow("code_dict"), present_tables(lake))
        lines, candidates = candidate_counts(engine, compiled)
        if limits.too_many_candidates(lines, candidates):
            return None
        hits = _judge_parts(lake, settings, base, compiled, context(history_from, present_tables(lake)), months, engine)
        if any(part.stopped for part in hits):
            return None
        _run_kept(engine, merge_statements(PARTS))
        flagged = {row["rule_type_id"]: row["flagged"] for row in engine.arrow("flagged").to_pylist()}
        if limits.too_many_flagged(lines, flagged):
            return None
        moved = sorted(engine.arrow("moved_month")["found_for"].to_pylist())
        _replace_findings(lake, engine, scratch, moved)
    seconds = {shape: sum(part.seconds[shape] for part in hits) for shape in hits[0].seconds}
    write_costs(lake, seconds, lines, candidates, flagged)
    if fresh:
        write_coverage(lake, coverage_of(lake, base, fresh, ()), fresh)
    write_tasks(lake, settings, base, months, history_from)
    moved = sorted({*moved, *fresh, *(month for month in rebuilt.months if month in names)})
    if moved:
        refuse_months(lake, settings, moved)
    return moved


def _register_everything(
    lake: Lake, engine: DuckEngine | SparkEngine, rebuilt: Rebuilt, fresh: Sequence[str], months: Sequence[str]
) -> None:
    """Registers everyone's bills and sources, whom the night touched, and what was found before."""
    for name, table in BILLS.items():
        register_stored(lake, engine, name, table)
        register_stored(lake, engine, f"every_{name}", table)
    source_relations(lake, engine, BESIDE_BILLS)
    for table, _ in MOVED:
        register_stored(lake, engine, f"before_{table.name}", table, in_months(table, months))
    engine.register("shadowed", lake.read(SHADOWED).toArrow())  # findings of a few rules
    engine.register("changed_visit", rebuilt.visits)
    engine.register("changed_person", rebuilt.persons)
    engine.register("fresh_month", pa.table({"month": pa.array(fresh, pa.string())}))
    _run_kept(engine, TOUCHED_STATEMENTS)


def _judge_parts(
    lake: Lake, settings: Settings, base: RuleBase, compiled: Mapping[str, pa.Table], places: Mapping[str, str],
    months: Sequence[JudgedMonth], engine: DuckEngine | SparkEngine,
) -> list[Hits]:  # fmt: skip
    """Keeps what the rules that look further find in everyone's bills, then what the others find in those of the touched."""
    further = needs_everyone(base.rules)
    rows = [{"rule_type_id": type_id, "rule_id": rule_id} for type_id, rule_id in sorted(further)]
    engine.register("further_rule", pa.Table.from_pylist(rows, FURTHER))
    hits = []
    for part, rules in zip(PARTS, parted(compiled, further), strict=True):
        if part == "touched":
            _keep_to_touched(lake, engine)
            prepare(settings, months, engine)
        hits.append(hits_of(engine, settings, base.rules, rules, places))
        make_findings(engine, rules, base.rulebook_ver)
        _run_kept(engine, kept_statements(part))
    return hits


def _keep_to_touched(lake: Lake, engine: DuckEngine | SparkEngine) -> None:
    """Bills and source rows of visits are from here on those of the persons touched."""
    _run_kept(engine, TOUCHED_BILLS)
    for name in TOUCHED:
        engine.view(name, f"SELECT * FROM own_{name}")
    source_relations(lake, engine, BESIDE_BILLS, touched=True)


def _run_kept(engine: DuckEngine | SparkEngine, statements: Sequence[Statement]) -> None:
    """Makes the relations at once: what they read is replaced before they are read."""
    run(engine, statements, kept=[statement[0] for statement in statements if isinstance(statement, tuple)])


def _replace_findings(lake: Lake, engine: DuckEngine | SparkEngine, scratch: Path, months: Sequence[str]) -> None:
    for table, relation in MOVED if months else ():
        rows = lake.replace(table, engine_frame(lake, engine, relation, scratch), in_months(table, months))
        log.info("audit: %s rows in %d months of %s", f"{rows:,}", len(months), table.name)
