"""The embedded engine's result for a batch, in the shape of the reference's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rules.catalogue import RULE_TYPES
from rules.judge import JudgedMonth
from rules.rule_type import RuleType
from tests.duck import judged_engine, rule_rows
from tests.reference.judge import Result
from tests.reference.lake import Tables
from tests.reference.rulebook import Rulebook
from tests.reference.typing_rows import typed
from tests.reference.values import as_day, last_day, moment

COLUMNS: dict[str, str] = {"finding": "findings", "finding_detl": "detl", "refuse_list": "refuse_list"}


def judge_duckdb(
    tables: Tables, rules: list[dict[str, str]], conf: dict[str, str], months: list[str],
    types: Mapping[str, RuleType] = RULE_TYPES,
) -> Result:  # fmt: skip
    """What the engine finds; rows that ingest and rule import would set aside are left out before (they have own tests)."""
    kept = {name: rows for name, rows in typed(tables).items() if name in tables}
    result = Result()
    accepted = accepted_rows(rules)
    if not accepted:
        return result
    tasks = [JudgedMonth(month, as_day(conf.get("as_of")) or last_day(month)) for month in months]
    times = [t.date() for r in kept.get("fee_list_d", []) if (t := moment(r, "fee_ocur_time"))]
    history_from = as_day(conf.get("history_from")) or min(times, default=date(1900, 1, 1))
    include_drg = conf.get("refuse.include_drg") == "true"
    engine = judged_engine(_as_landed(kept), rule_rows(accepted), tasks, history_from, include_drg=include_drg, types=types)
    for relation, name in COLUMNS.items():
        setattr(result, name, engine.arrow(relation).to_pylist())
    return result


def _as_landed(tables: Tables) -> dict[str, list[Mapping[str, str | None]]]:
    return {name: list(rows) for name, rows in tables.items()}


def accepted_rows(rules: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows that the rule base accepts, in their order."""
    book = {(rule.type_id, rule.rule_id, rule.rule_ver) for rule in Rulebook(rules).rules}
    kept = []
    for row in rules:
        key = (row["rule_type_id"], row["rule_id"], int(row["rule_ver"]))
        if key in book:
            book.remove(key)
            kept.append(row)
    return kept
