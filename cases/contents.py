"""The rows of a workbook or CSV from the lake's tables: ranked cases, their findings and lines, their rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from cases.case_type import CaseType
from cases.fields import FAULT_LEVEL, FINDING_LEVEL, RELATED_LEVEL
from cases.members import AT_FAULT, WHOLE_VISIT
from cases.reasons import REASON_SEPARATOR

SUBJECT_NAMES = {"visit": "就诊", "person": "参保人", "institution": "机构", "group": "群体"}
SEVERITIES = {1: "明确违规", 2: "高度可疑", 3: "轻度可疑"}
SOURCES = {"model": "模型", "rates": "稽核结论", "prior": "预设"}
ORIGINS = {"official": "官方", "generated": "生成"}


@dataclass(frozen=True)
class Selection:
    """What an auditor asked for: a month, one institution or all, the first ``limit`` cases, who will audit them."""

    month: str
    institution: str | None = None
    limit: int | None = None
    auditor: str | None = None


def chosen_cases(cases: DataFrame, institutions: DataFrame, chosen: Selection) -> DataFrame:
    """One row per case of 疑点清单, by rank, with the keys of CASE_FIELDS.

    ``cases`` is case_list; ``institutions`` has one row per fixmedins_code with its name.
    """
    names = institutions.select("fixmedins_code", "fixmedins_name")
    ranked = of_selection(cases, chosen).orderBy("rank")
    first = ranked if chosen.limit is None else ranked.limit(chosen.limit)
    named = first.join(F.broadcast(names), on="fixmedins_code", how="left")  # some thousand institutions
    shown = {
        "subject": words(SUBJECT_NAMES, "subject_type"),
        "severity": words(SEVERITIES, "sev_deg"),
        "source": words(SOURCES, "basis"),
        "quota": F.when(F.col("in_quota") == 1, "是"),
        "sample": F.when(F.col("sampled") == 1, "抽样"),
        "auditor": F.lit(chosen.auditor),
        "reasons": F.replace("reasons", F.lit(REASON_SEPARATOR), F.lit("\n")),
    }
    return named.withColumns(shown).orderBy("rank")


def of_selection(rows: DataFrame, chosen: Selection) -> DataFrame:
    """The rows of the month and, if one is asked for, the institution."""
    of_month = rows.where(F.col("month") == chosen.month)
    return of_month if chosen.institution is None else of_month.where(F.col("fixmedins_code") == chosen.institution)


def detail_rows(chosen: DataFrame, members: DataFrame, detl: DataFrame, lines: DataFrame, types: Sequence[CaseType]) -> DataFrame:
    """One row per finding of the chosen cases, then its lines at fault, then those it conflicts with: DETAIL_FIELDS."""
    ranks = F.broadcast(chosen.select("case_id", "rank", "auditor"))  # bounded by what one workbook holds
    findings = members.join(ranks, on="case_id", how="inner").withColumn("rule_type", titles(types))
    own = findings.withColumns({"place": F.lit(0), "level": F.lit(FINDING_LEVEL)})
    rows = _line_rows(findings, detl, lines)
    both = own.drop("fee_time").unionByName(rows, allowMissingColumns=True)
    shown = both.withColumns(
        {
            "fee_date": F.to_date("fee_time"),
            "net_cnt": (F.col("net_cnt").cast("decimal(18,0)") / 10_000).cast("decimal(18,4)"),
            "net_amt": (F.col("net_amt").cast("decimal(18,0)") / 100).cast("decimal(18,2)"),
            "pric": (F.col("pric").cast("decimal(18,0)") / 1_000_000).cast("decimal(18,6)"),
        }
    )
    order = ("rank", "sev_deg", "type_order", "rule_id", "jr_id", "place", "fee_time", "mdtrt_id", "feedetl_sn")
    return shown.orderBy(*order)


def _line_rows(findings: DataFrame, detl: DataFrame, lines: DataFrame) -> DataFrame:
    """One row per line or visit of a finding; a subject without lines has none."""
    of_finding = findings.select(
        "jr_id", "case_id", "rank", "auditor", "sev_deg", "type_order", "rule_id", F.col("setl_id").alias("visit_setl")
    )
    amounts = ("vola_cnt", "vola_amt", "vola_inscp_amt", "fund_amt")
    rows = detl.select("jr_id", "mdtrt_id", "feedetl_sn", "vola_item_type", *amounts)
    found = rows.where(F.col("mdtrt_id") != WHOLE_VISIT).join(of_finding, on="jr_id", how="inner")
    facts = lines.select(
        *("mdtrt_id", "feedetl_sn", "setl_id", "fee_time", "hilist_name", "med_list_codg", "net_cnt", "pric", "net_amt"),
        *("bilg_dept_codg", "bilg_dr_codg"),
    )
    located = found.join(facts, on=["mdtrt_id", "feedetl_sn"], how="left")  # bill_line's key
    is_fault = F.col("vola_item_type") == AT_FAULT
    is_whole = F.col("feedetl_sn") == WHOLE_VISIT
    shown = {
        "place": F.when(is_fault, 1).otherwise(2),
        "level": F.when(is_fault, FAULT_LEVEL).otherwise(RELATED_LEVEL),
        "item_name": F.when(is_whole, F.lit("（整次就诊）")).otherwise(F.col("hilist_name")),
        "setl_id": F.coalesce("setl_id", "visit_setl"),
    }
    # Of a line in conflict the amounts are 0.00 by definition: an empty cell reads better.
    at_fault_only = {name: F.when(is_fault, F.col(name)) for name in (*amounts, "auditor")}
    return located.withColumns(shown | at_fault_only).drop("visit_setl", "vola_item_type", "hilist_name")


def rule_rows(chosen: DataFrame, members: DataFrame, rules: DataFrame, rates: DataFrame, types: Sequence[CaseType]) -> DataFrame:
    """One row per rule and version that found something in the chosen cases: RULE_FIELDS. ``rates`` is rule_rate."""
    findings = members.join(F.broadcast(chosen.select("case_id")), on="case_id", how="left_semi")
    counts = findings.groupBy("rule_type_id", "rule_id", "rule_ver").agg(
        F.count("jr_id").alias("findings"), F.min("type_order").alias("type_order")
    )
    texts = rules.select("rule_id", "rule_ver", "origin", "gz_code", "src_doc", "params", "tip")
    named = counts.join(texts, on=["rule_id", "rule_ver"], how="left")  # the rule base's key
    told = named.join(rates.select("rule_type_id", "rule_id", *told_rate()), on=["rule_type_id", "rule_id"], how="left")
    laws = {case_type.rule_type_id: full_law(case_type.law) for case_type in types}
    codes = {case_type.rule_type_id: "；".join(case_type.gz_codes) for case_type in types}
    shown = {
        "rule_type": titles(types),
        "origin": words(ORIGINS, "origin"),
        "law": words(laws, "rule_type_id"),
        "gz_code": F.coalesce("gz_code", words(codes, "rule_type_id")),
    }
    return told.withColumns(shown).orderBy("type_order", "rule_id", "rule_ver")


def told_rate() -> list[Column]:
    """Of a row of rule_rate: reviewed, rate and interval as the sheets show them."""

    def percent(name: str) -> Column:
        return F.format_string("%.1f%%", F.col(name).cast("double") * 100)

    interval = F.concat(percent("low"), F.lit("–"), percent("high"))
    return [F.col("reviewed"), percent("rate").alias("rate"), interval.alias("interval")]


def full_law(law: str) -> str:
    """``条例38(二)、40(三)`` as it is cited: 《医疗保障基金使用监督管理条例》第38条(二)、第40条(三)."""
    articles = law.removeprefix("条例").split("、")
    cited = (f"第{article.partition('(')[0]}条{''.join(article.partition('(')[1:])}" for article in articles)
    return "《医疗保障基金使用监督管理条例》" + "、".join(cited)


def titles(types: Sequence[CaseType]) -> Column:
    return words({case_type.rule_type_id: case_type.title for case_type in types}, "rule_type_id")


def words(names: dict[str, str] | dict[int, str], column: str) -> Column:
    """The word for the column's code; a code without one stands for itself."""
    pairs = [F.lit(value) for pair in names.items() for value in pair]
    return F.coalesce(F.create_map(*pairs)[F.col(column)], F.col(column).cast("string"))
