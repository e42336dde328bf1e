"""Checks of feature tables that follow from their declarations."""

from __future__ import annotations

from expectations.check import FAIL, Check, Pass, Suite
from lake.tables.feature import SHARE, features_of
from lake.tables.schema import Table

NUMBERS = ("double", "money", "bigint", "int")
# Days in beds beside the days that the beds have: more than there are is what it is to show.
UNBOUNDED = ("bed_share",)


def feature_checks(table: Table) -> tuple[Check, ...]:
    """What every feature table must keep to."""
    features = features_of(table)
    numbers = [feature.name for feature in features if feature.kind in NUMBERS]
    doubles = [feature.name for feature in features if feature.kind == "double"]
    shares = [feature.name for feature in features if feature.unit == SHARE and feature.name not in UNBOUNDED]
    counted = [(feature.name, feature.count) for feature in features if feature.count]
    checks = [
        Check("repeated", "主键重复", "同一对象一个月只能有一行，否则训练与评分会重复计数", "twin.month IS NOT NULL", FAIL),
        Check("negative", "特征为负", "数量、金额与比率均不为负", _any("coalesce(this.{0}, 0) < 0", numbers), FAIL),
        # Not-a-number is greater than every number on both engines.
        Check(
            "not_finite", "特征不是有限数", "无穷大或非数会使评分失去意义", _any("coalesce(this.{0}, 0) > 1e15", doubles), FAIL
        ),
        Check("share_beyond", "占比超出 0 至 1", "占比不会大于一", _any("coalesce(this.{0}, 0) > 1", shares), FAIL),
    ]
    if counted:
        lone = "(this.{0} IS NULL) <> (coalesce(this.{1}, 0) = 0)"
        reason = "没有件数支撑的比率不可信，有件数而无比率是漏算"
        checks.append(
            Check("without_count", "比率与其件数不符", reason, " OR ".join(lone.format(*pair) for pair in counted), FAIL)
        )
    if any(column.identity for column in table.stored):
        is_named = "CASE WHEN {is_hashed} THEN coalesce(length(this.psn_no) <> 64, FALSE) ELSE FALSE END"
        checks.append(Check("named", "人员编号不是假名", "发布内容中只能有带密钥的散列", is_named, FAIL))
    return tuple(checks)


def feature_suite(table: Table, title: str) -> Suite:
    """The suite of a table of persons, doctors, institutions or visits."""
    name, (_, key) = table.name, table.key
    twin = f"SELECT month, {key} FROM {name} GROUP BY month, {key} HAVING count(*) > 1"
    rows = f"\n    {name} AS this\n    LEFT JOIN {name}_twin AS twin ON twin.month = this.month AND twin.{key} = this.{key}\n"
    passes = [Pass(title, rows, feature_checks(table), part="this.month", before=((f"{name}_twin", twin),))]
    if key in ("psn_no", "fixmedins_code"):
        passes.append(_same_visits(table, title))
    return Suite(name, title, tuple(passes))


def _same_visits(table: Table, title: str) -> Pass:
    """By month: the table holds every visit that ``visit_month`` holds; a month that was not made is told so."""
    name, (_, key) = table.name, table.key
    visits = f"SELECT month, count(*) AS visits FROM visit_month WHERE {key} IS NOT NULL GROUP BY month"
    told = f"SELECT month, sum(visits) AS visits FROM {name} GROUP BY month"
    rows = f"\n    {name}_visits AS this\n    LEFT JOIN {name}_told AS told ON told.month = this.month\n"
    differ = Check(
        "other_visits", "就诊人次合计与就诊表不符", "各表出自同一批账单，合计不符即有月份或对象漏算",
        "coalesce(told.visits, 0) <> this.visits", FAIL,
    )  # fmt: skip
    return Pass(f"{title}月合计", rows, (differ,), part="this.month", before=((f"{name}_visits", visits), (f"{name}_told", told)))


def _any(text: str, names: list[str]) -> str:
    return " OR ".join(text.format(name) for name in names)
