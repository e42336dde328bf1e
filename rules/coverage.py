"""What was judged in each month: a type that could not be judged is never reported as clean (contract, section 3)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from rules.catalogue import RULE_TYPES


def coverage_rows(
    rules: pa.Table,
    evaluable: pa.Table,
    present: Collection[str],
    months: Sequence[str],
    rulebook_ver: str,
    held: Collection[str],
) -> pa.Table:
    """One row for each month and rule type: task_id, rule_type_id, month, state, reason.

    ``evaluable``: the days on which each rule could be judged (rules/book/compile.py); ``held``: types held back.
    """
    loaded = set(pc.unique(rules["rule_type_id"]).to_pylist())
    rows = []
    for month in months:
        judged = _judged_types(evaluable, month)
        for rule_id in RULE_TYPES:
            state, reason = _state(rule_id, loaded, judged, present, held)
            rows.append((f"{month}@{rulebook_ver}", rule_id, month, state, reason))
    names = ("task_id", "rule_type_id", "month", "state", "reason")
    return pa.table({name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(names)})


def _judged_types(evaluable: pa.Table, month: str) -> set[str]:
    """Types with a rule in force on some day of the month."""
    first = date.fromisoformat(f"{month}-01")
    last = date(first.year, first.month, monthrange(first.year, first.month)[1])
    in_force = pc.and_(pc.less_equal(evaluable["beg"], pa.scalar(last)), pc.greater_equal(evaluable["end"], pa.scalar(first)))
    return set(pc.unique(evaluable.filter(in_force)["rule_type_id"]).to_pylist())


def _state(
    rule_id: str, loaded: Collection[str], judged: Collection[str], present: Collection[str], held: Collection[str]
) -> tuple[str, str | None]:
    rule = RULE_TYPES[rule_id]
    absent = [table for table in rule.needs if table not in present]
    if rule_id not in loaded:
        return "not_evaluable", "no rules"
    if rule.logic is None:
        return "not_evaluable", "rule type not built"
    if absent:
        return "not_evaluable", f"absent: {', '.join(absent)}"
    if rule_id in held:
        return "held_back", "more candidates, flagged lines or seconds than guard allows"
    if rule_id not in judged:
        return "not_evaluable", "no rule in force, or the tables that its variants need are absent"
    return "evaluated", _skipped(rule_id, present)


def _skipped(rule_id: str, present: Collection[str]) -> str | None:
    """The variants and tests that absent optional tables leave out."""
    needs = RULE_TYPES[rule_id].variant_needs
    skipped = [f"{value} needs {', '.join(tables)}" for (_, value), tables in needs.items() if not set(tables) <= set(present)]
    return f"skipped: {'; '.join(skipped)}" if skipped else None
