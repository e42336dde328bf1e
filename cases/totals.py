"""The figures of the first sheet. Every frame here is small: by type, by institution, one row."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from cases.case_type import CaseType
from cases.chances import MODEL
from cases.contents import Selection, of_selection, titles, told_rate, words
from cases.members import WAIVED
from cases.money import counted_once, yuan
from cases.rates import SHADOW, WHOLE_TYPE
from cases.summary_sheet import Summary

STATES = {"evaluated": "已评价", "not_evaluable": "不可评价", "held_back": "暂缓（命中异常）"}
KINDS = {"violation": "违规", "suspicion": "疑似"}
ZERO = Decimal("0.00")


def type_totals(members: DataFrame, rules: DataFrame, rates: DataFrame, types: Sequence[CaseType]) -> DataFrame:
    """One row per rule type with findings; those of official and of generated rules apart; how often it is confirmed."""
    origins = rules.select("rule_id", "rule_ver", "origin")
    told = members.join(origins, on=["rule_id", "rule_ver"], how="left")  # the rule base's key
    is_generated = F.coalesce(F.col("origin") == "generated", F.lit(False))
    totals = told.groupBy("rule_type_id", "type_order").agg(
        F.count_if(~is_generated).alias("official"),
        _amount("vola_amt", ~is_generated).alias("official_amt"),
        F.count_if(is_generated).alias("generated"),
        _amount("vola_amt", is_generated).alias("generated_amt"),
        F.sum("fund_amt").alias("fund_amt"),
    )
    kinds = {case_type.rule_type_id: KINDS[case_type.kind] for case_type in types}
    of_type = rates.where(F.col("rule_id") == WHOLE_TYPE).select("rule_type_id", *told_rate())
    rated = totals.join(of_type, on="rule_type_id", how="left")
    return rated.withColumns({"rule_type": titles(types), "kind": words(kinds, "rule_type_id")}).orderBy("type_order")


def _amount(name: str, where: Column) -> Column:
    return F.coalesce(F.sum(F.when(where, F.col(name))), F.lit(ZERO))


def institution_totals(cases: DataFrame, institutions: DataFrame) -> DataFrame:
    """One row per institution: its cases, findings and amounts, the largest expected amount first."""
    totals = cases.groupBy("fixmedins_code").agg(
        F.count("case_id").alias("cases"),
        *[F.sum(name).alias(name) for name in ("findings", "vola_amt", "fund_amt", "expected_amt")],
    )
    names = institutions.select("fixmedins_code", "fixmedins_name")
    named = totals.join(F.broadcast(names), on="fixmedins_code", how="left")  # some thousand institutions
    return named.orderBy(F.desc("expected_amt"), "fixmedins_code")


def coverage_rows(coverage: DataFrame, month: str, types: Sequence[CaseType]) -> DataFrame:
    """One row per rule type of the month, those that could not be evaluated first."""
    of_month = coverage.where(F.col("month") == month)
    is_evaluated = F.col("state") == "evaluated"
    shown = of_month.withColumns({"rule_type": titles(types), "evaluated": is_evaluated, "state": words(STATES, "state")})
    return shown.orderBy("evaluated", "rule_type")


def month_money(members: DataFrame, detl: DataFrame, lines: DataFrame) -> DataFrame:
    """One row: vola_amt and fund_amt of all findings, a line counted once however many cases it stands in."""
    unweighed = members.withColumn("prior", F.lit(0))
    money = counted_once(unweighed, detl, lines, within="month")
    return money.select(yuan("vola_amt"), yuan("fund_amt"))


def waived_totals(findings: DataFrame, chosen: Selection) -> list[tuple[str, str | int | Decimal]]:
    """Number and sum of the month's waived findings: they stand in no list."""
    waived = findings.where(F.col("finding_stas") == WAIVED).withColumn("month", F.col("found_for"))
    (row,) = of_selection(waived, chosen).agg(F.count("jr_id"), F.sum("vola_amt")).collect()
    return [("已豁免疑点数", row[0]), ("已豁免违规金额（元）", row[1] or ZERO)]


def ranked_by(cases: DataFrame, scores: DataFrame, month: str) -> str:
    """What the cases are ordered by: the champion's scores, or, without a model, confirmation rates and rules."""
    is_scored = F.col("basis") == MODEL
    (counted,) = cases.agg(F.count_if(is_scored), F.count("case_id")).collect()
    if not counted[0]:
        return "无模型：按规则认定率 × 可追回金额"
    by = scores.where((F.col("subject_type") == "case") & (F.col("month") == month)).select("model_version").distinct().collect()
    versions = "、".join(sorted(row.model_version for row in by))
    return f"模型 {versions}：概率 × 可追回金额（{counted[1]} 件中 {counted[0]} 件）"


def shadow_rows(rates: DataFrame, types: Sequence[CaseType]) -> DataFrame:
    """One row per rule that is found and not listed, since auditors hardly ever confirm it."""
    shown = rates.where(F.col("stas") == SHADOW).withColumn("rule_type", titles(types))
    return shown.select("rule_type", "rule_id", "notice").orderBy("rule_type", "rule_id")


def summary(
    chosen: Selection,
    publication: str,
    tables: dict[str, DataFrame],
    members: DataFrame,
    types: Sequence[CaseType],
) -> Summary:
    """The first sheet's figures, collected.

    ``tables``: case_list, finding, finding_detl, bill_line, rule, rule_rate, risk_score, coverage, fixmedins_d.
    """
    ours = of_selection(members, chosen)
    cases = of_selection(tables["case_list"], chosen)
    by_institution = _collected(institution_totals(cases, tables["fixmedins_d"]))
    money = _collected(month_money(ours, tables["finding_detl"], tables["bill_line"]))
    versions = [row["rulebook_ver"] for row in ours.select("rulebook_ver").distinct().collect()]
    coverage = _collected(coverage_rows(tables["coverage"], chosen.month, types))
    facts = _facts(chosen, publication, versions, by_institution, money, coverage)
    facts += [("排序依据", ranked_by(cases, tables["risk_score"], chosen.month))]
    return Summary(
        month=chosen.month,
        publication=publication,
        facts=facts + waived_totals(tables["finding"], chosen),
        by_type=_collected(type_totals(ours, tables["rule"], tables["rule_rate"], types)),
        by_institution=by_institution,
        coverage=coverage,
        in_shadow=_collected(shadow_rows(tables["rule_rate"], types)),
    )


def _collected(frame: DataFrame) -> list[dict[str, Any]]:
    return [row.asDict() for row in frame.collect()]


def _facts(
    chosen: Selection,
    publication: str,
    versions: Sequence[str],
    institutions: Sequence[dict[str, Any]],
    money: Sequence[dict[str, Any]],
    coverage: Sequence[dict[str, Any]],
) -> list[tuple[str, str | int | Decimal]]:
    cases = sum(row["cases"] for row in institutions)
    listed = cases if chosen.limit is None else min(cases, chosen.limit)
    return [
        ("月份", chosen.month),
        ("机构", chosen.institution or "全部"),
        ("发布版本", publication),
        ("规则库版本", "、".join(sorted(version[:16] for version in versions)) or "无疑点"),
        ("案件数", cases),
        ("本册列出", listed),
        ("疑点数", sum(row["findings"] for row in institutions)),
        ("预计可追回（元）", sum((row["expected_amt"] for row in institutions), ZERO)),
        ("违规金额（去重，元）", money[0]["vola_amt"] if money else ZERO),
        ("涉及基金（去重，元）", money[0]["fund_amt"] if money else ZERO),
        ("已评价规则类型", sum(row["evaluated"] for row in coverage)),
        ("不可评价或暂缓", sum(not row["evaluated"] for row in coverage)),
        ("稽核人", chosen.auditor or ""),
    ]
