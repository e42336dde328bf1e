"""The diff job: what changed between two rule bases."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from cases.fields import Field
from jobs.rule_source import rule_base
from jobs.rule_tables import save, show, type_name
from jobs.settings import Settings
from rules.book.changes import ADDED, CHANGED, RETIRED, rule_changes
from rules.catalogue import RULE_TYPES

FIELDS = (
    Field("change", "变动", 6),
    Field("rule_type", "规则类型", 22),
    Field("rule_id", "规则编号", 18),
    Field("rule_ver", "版本", 6),
    Field("what", "内容", 60),
)
COUNT_FIELDS = (FIELDS[1], *(Field(change, change, 8, "int") for change in (ADDED, CHANGED, RETIRED)))


def diff_rules(before: str, after: str, csv: Path | None, settings: Settings) -> None:
    """Prints by type how many rows ``after`` adds, changes and retires against ``before``; writes them all to ``csv``."""
    old, new = rule_base(before, settings), rule_base(after, settings)
    rows = rule_changes(old.rules, new.rules).to_pylist()
    counts = Counter((row["rule_type_id"], row["change"]) for row in rows)
    types = [name for name in RULE_TYPES if any(rule_type_id == name for rule_type_id, _ in counts)]
    table = [
        {"rule_type": type_name(name)} | {change: counts[name, change] for change in (ADDED, CHANGED, RETIRED)} for name in types
    ]
    total = Counter(row["change"] for row in rows)
    show(
        f"规则库 {old.rulebook_ver} → {new.rulebook_ver}",
        COUNT_FIELDS,
        [*table, {"rule_type": "合计"} | {change: total[change] for change in (ADDED, CHANGED, RETIRED)}],
    )
    save(csv, FIELDS, [row | {"rule_type": type_name(row["rule_type_id"])} for row in rows])
