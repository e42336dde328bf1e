"""Which findings fall under a waiver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from cases.members import ACTIVE, AT_FAULT, WAIVED, WHOLE_VISIT
from lake.tables.waiver import WAIVER


def waived_findings(
    findings: DataFrame, detl: DataFrame, lines: DataFrame, visits: DataFrame, waivers: Sequence[Mapping[str, Any]]
) -> DataFrame:
    """One row per finding under one of the waivers: found_for, jr_id, waiver_id (of several waivers the first imported).

    A finding falls under a waiver if its rule, or its type, is the waiver's and each given part of the scope fits: its
    institution; a diagnosis of its visit; every day that it is about within the period. What a finding does not name,
    because it concerns several institutions or visits, fits no scope. ``lines`` is bill_line, ``visits`` bill_visit.
    """
    rows = [[waiver[name] for name in WAIVER.names] for waiver in waivers]
    granted = F.broadcast(WAIVER.frame(findings.sparkSession, rows).drop("stas"))  # bounded by what people write
    named = findings.where(F.col("finding_stas").isin(ACTIVE, WAIVED)).select(
        "jr_id", "found_for", "mdtrt_id", F.col("rule_id").alias("own_rule"), F.col("rule_type_id").alias("own_type"),
        F.col("fixmedins_code").alias("own_institution"),
    )  # fmt: skip
    of_rule = named.join(granted, F.col("own_rule") == F.col("rule_id"), "inner")
    of_type = named.join(granted, F.col("own_type") == F.col("rule_type_id"), "inner")
    by_institution = of_rule.unionByName(of_type).where(_fits("fixmedins_code", F.col("own_institution")))
    by_diagnosis = _of_diagnosis(by_institution, visits)
    fitting = _of_period(by_diagnosis, detl, lines, visits)
    first = F.min_by("waiver_id", "seq").alias("waiver_id")
    return fitting.groupBy("found_for", "jr_id").agg(first)


def _fits(scope: str, value: Column) -> Column:
    return F.col(scope).isNull() | F.coalesce(F.col(scope) == value, F.lit(False))


def _of_diagnosis(pairs: DataFrame, visits: DataFrame) -> DataFrame:
    """The pairs of finding and waiver whose visit has such a diagnosis, where the waiver asks for one."""
    asked = pairs.where(F.col("diag_prefix").isNotNull())
    diagnosed = asked.join(visits.select("mdtrt_id", "diag_codes"), on="mdtrt_id", how="inner")  # one row per visit
    fitting = diagnosed.where(F.exists("diag_codes", lambda code: code.startswith(F.col("diag_prefix"))))
    return pairs.where(F.col("diag_prefix").isNull()).unionByName(fitting.drop("diag_codes"))


def _of_period(pairs: DataFrame, detl: DataFrame, lines: DataFrame, visits: DataFrame) -> DataFrame:
    """The pairs whose days at fault all lie within the waiver's period, where it has one; an unknown day lies in none."""
    has_period = F.col("begndate").isNotNull() | F.col("enddate").isNotNull()
    asked = pairs.where(has_period)
    spans = _spans(asked.select("jr_id").distinct(), detl, lines, visits)  # one row per finding
    within = (
        F.col("is_known")
        & (F.col("begndate").isNull() | (F.col("first_day") >= F.col("begndate")))
        & (F.col("enddate").isNull() | (F.col("last_day") <= F.col("enddate")))
    )
    fitting = asked.join(spans, on="jr_id", how="inner").where(within).drop("is_known", "first_day", "last_day")
    return pairs.where(~has_period).unionByName(fitting)


def _spans(findings: DataFrame, detl: DataFrame, lines: DataFrame, visits: DataFrame) -> DataFrame:
    """One row per finding: the first and last day at fault (of a line its charge, of a visit its end, of a subject its month)."""
    rows = detl.where(F.col("vola_item_type") == AT_FAULT).join(findings, on="jr_id", how="left_semi")
    charged = lines.select("mdtrt_id", "feedetl_sn", "fee_date")
    ended = visits.select("mdtrt_id", F.to_date("end_time").alias("end_date"))
    dated = rows.join(charged, on=["mdtrt_id", "feedetl_sn"], how="left").join(ended, on="mdtrt_id", how="left")
    month = F.to_date(F.concat("found_for", F.lit("-01")))
    first, last = (
        F.when(F.col("mdtrt_id") == WHOLE_VISIT, subject)
        .when(F.col("feedetl_sn") == WHOLE_VISIT, F.col("end_date"))
        .otherwise(F.col("fee_date"))
        for subject in (month, F.last_day(month))
    )
    return dated.groupBy("jr_id").agg(
        F.min(first).alias("first_day"), F.max(last).alias("last_day"), F.every(first.isNotNull()).alias("is_known")
    )
