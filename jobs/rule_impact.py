"""The impact job: a past month judged by another rule base, beside what stands; nothing is written to the lake."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from cases.fields import Field
from jobs.audit import RuleBase, as_frame, judged
from jobs.night import Judged, judged_months
from jobs.rule_source import base_of_files, proposed_base, stored_base
from jobs.rule_tables import save, show, type_name
from jobs.settings import Settings
from jobs.spark import open_published
from lake.errors import BadInput
from lake.publications import PublishedLake, last
from lake.tables import BILL_LINE, FINDING
from rules.book.changes import rule_changes
from rules.catalogue import RULE_TYPES
from rules.impact import Impact, impact
from rules.judge import JudgedMonth

log = logging.getLogger(__name__)

COLUMNS = (
    "jr_id",
    "rule_type_id",
    "rule_id",
    "mdtrt_id",
    "setl_id",
    "sev_deg",
    "control_mode",
    "finding_stas",
    "vola_amt",
    "fund_amt",
)
COUNTS = (
    Field("old_count", "原疑点", 8, "int"),
    Field("new_count", "新疑点", 8, "int"),
    Field("gained", "新增", 8, "int"),
    Field("lost", "减少", 8, "int"),
    Field("changed", "变化", 8, "int"),
)
NET = (Field("vola_change", "违规金额增减", 14, "money"), Field("fund_change", "涉及基金增减", 14, "money"))
TYPE_FIELDS = (Field("rule_type", "规则类型", 22), *COUNTS, *NET)
RULE_FIELDS = (
    Field("rule_type", "规则类型", 22),
    Field("rule_id", "规则编号", 18),
    Field("change", "规则变动", 9),
    *COUNTS,
    Field("gained_vola", "新增违规金额", 14, "money"),
    Field("lost_vola", "减少违规金额", 14, "money"),
    NET[0],
    Field("gained_fund", "新增涉及基金", 14, "money"),
    Field("lost_fund", "减少涉及基金", 14, "money"),
    NET[1],
)


def show_impact(lake_path: Path, rules: Path | None, month: str, csv: Path | None, settings: Settings) -> Impact:
    """Prints by type what the rule base of ``rules``, or the proposed one, would gain, lose and change in ``month``.

    ``csv``: the same by rule. The published bills are judged, up to the day and from the first day of history that the
    month was judged with, so that only the rules differ.
    """
    opened = open_published(lake_path, settings)
    published = last(opened)
    if published is None:
        raise BadInput(f"{lake_path}: nothing is published in this lake yet")
    lake = PublishedLake(opened, published)
    base = base_of_files(rules) if rules else proposed_base(opened)
    months = judged_months(lake, published)
    if month not in months:
        raise BadInput(f"--month {month}: was not judged; judged are {', '.join(sorted(months)) or 'none'}")
    if months[month].settings_digest != settings.result_digest():
        log.warning("%s was judged with other settings than those of this run: some of the difference is theirs", month)
    found, held = _findings(lake, settings, base, month, months[month])
    result = impact(_columns(lake.read(FINDING).where(F.col("found_for") == month)), found)
    show(f"{month}：规则库 {months[month].rulebook_ver} → {base.rulebook_ver}", TYPE_FIELDS, _by_type(result))
    if held:
        print(f"按保护限值（guard）搁置、不计疑点的类型：{', '.join(name for name in RULE_TYPES if name in held)}")
    changes = rule_changes(stored_base(opened, months[month].rulebook_ver).rules, base.rules).to_pylist()
    save(csv, RULE_FIELDS, _by_rule(result, changes))
    return result


def _findings(
    lake: PublishedLake, settings: Settings, base: RuleBase, month: str, judged_as: Judged
) -> tuple[pa.Table, frozenset[str]]:
    """The month's findings under ``base``, and the types that the guards would hold back."""
    line_count = lake.rows(BILL_LINE)
    tasks = [JudgedMonth(month, judged_as.as_of)]
    with judged(lake, settings, base, tasks, judged_as.history_from, line_count) as judgement:
        return _columns(as_frame(lake, FINDING, judgement.engine, "finding")), judgement.held


def _columns(findings: DataFrame) -> pa.Table:
    return findings.select(*COLUMNS).toArrow()


def _by_type(result: Impact) -> list[dict[str, Any]]:
    """The rows of each type in catalogue order, and their sum."""
    rows = {row["rule_type_id"]: row for row in result.by_type.to_pylist()}
    in_order = [rows[name] | {"rule_type": type_name(name)} for name in RULE_TYPES if name in rows]
    total: Counter[str] = Counter()
    for row in in_order:
        total.update({field.key: row[field.key] for field in (*COUNTS, *NET)})
    return [*in_order, {"rule_type": "合计"} | {field.key: total[field.key] for field in (*COUNTS, *NET)}]


def _by_rule(result: Impact, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of each rule, with what became of the rule itself."""
    changed = {row["rule_id"]: row["change"] for row in changes}
    return [
        row | {"rule_type": type_name(row["rule_type_id"]), "change": changed.get(row["rule_id"], "")}
        for row in result.by_rule.to_pylist()
    ]
