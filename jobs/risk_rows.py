"""What models look at, by kind of subject: one row a month with its features, point in time, the same to learn and to score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from cases.contents import titles
from cases.members import case_members
from jobs.case_list import case_types
from lake.tables import DOCTOR_MONTH, FINDING, FINDING_DETL, INSTITUTION_MONTH, VISIT_MONTH
from lake.tables.feature import ITEMS, YUAN, features_of
from lake.tables.schema import Table

TARGETS = ("case", "doctor", "institution")
# The row's key; and whose months are never apart when rows are held out while a model is chosen.
KEY, ENTITY = "subject", "entity"
# Of a case, whatever its visit: from its findings alone.
OF_A_CASE = {
    "case_kind": "案件类别",
    "case_type": "主要规则类型",
    "case_types": "涉及规则类型数",
    "case_findings": "疑点数",
    "case_sev_deg": "最高严重程度",
    "case_vola_amt": "违规金额合计",
    "case_vola_max": "最大一笔违规金额",
    "case_fund_amt": "涉及基金合计",
}
UNITS_OF_A_CASE = {
    "case_types": ITEMS,
    "case_findings": ITEMS,
    "case_vola_amt": YUAN,
    "case_vola_max": YUAN,
    "case_fund_amt": YUAN,
}
# Feature tables that a case takes part in: prefix of the columns, what the words begin with, the case's column that joins.
JOINED = (
    ("visit", "就诊", VISIT_MONTH, "mdtrt_id"),
    ("doctor", "医师", DOCTOR_MONTH, "bilg_dr_codg"),
    ("institution", "机构", INSTITUTION_MONTH, "fixmedins_code"),
)
MONTHLY = {"doctor": (DOCTOR_MONTH, "bilg_dr_codg"), "institution": (INSTITUTION_MONTH, "fixmedins_code")}

Read = Callable[[Table], DataFrame]


@dataclass(frozen=True)
class Rows:
    """``frame``: subject, entity, month, features; by column what reasons call it (``names``), and its unit if it has one."""

    frame: DataFrame
    names: dict[str, str]
    units: dict[str, str]


def subject_rows(target: str, read: Read) -> Rows:
    """One row per subject of the kind and month in which something was found of it."""
    members = case_members(read(FINDING), read(FINDING_DETL), case_types())
    if target == "case":
        return _case_rows(members, read)
    table, key = MONTHLY[target]
    subjects = members.where(F.col(key).isNotNull()).select("month", key).distinct()
    monthly = read(table).select("month", key, *[feature.name for feature in features_of(table)])
    # The feature table's key is month and subject.
    rows = subjects.join(monthly, on=["month", key], how="inner")
    return Rows(
        rows.withColumns({KEY: F.col(key), ENTITY: F.col(key)}).drop(key),
        {feature.name: feature.name_zh for feature in features_of(table)},
        {feature.name: feature.unit for feature in features_of(table)},
    )


def _case_rows(members: DataFrame, read: Read) -> Rows:
    rows, names, units = _own(members), dict(OF_A_CASE), dict(UNITS_OF_A_CASE)
    # The doctor of a case is the one of its findings, else the one of its visit.
    visits = read(VISIT_MONTH).select("month", "mdtrt_id", F.col("bilg_dr_codg").alias("visit_doctor"))
    rows = rows.join(visits, on=["month", "mdtrt_id"], how="left")
    rows = rows.withColumn("bilg_dr_codg", F.coalesce("bilg_dr_codg", "visit_doctor")).drop("visit_doctor")
    for prefix, spoken, table, key in JOINED:
        features = features_of(table)
        renamed = [F.col(feature.name).alias(f"{prefix}_{feature.name}") for feature in features]
        # The feature table's key is month and this column.
        rows = rows.join(read(table).select("month", key, *renamed), on=["month", key], how="left")
        names |= {f"{prefix}_{feature.name}": f"{spoken}{feature.name_zh}" for feature in features}
        units |= {f"{prefix}_{feature.name}": feature.unit for feature in features}
    entity = F.coalesce("fixmedins_code", "case_id").alias(ENTITY)
    return Rows(rows.select(F.col("case_id").alias(KEY), entity, "month", *names), names, units)


def _own(members: DataFrame) -> DataFrame:
    """One row per case: what its findings say, and what joins it to features."""
    titled = members.withColumn("title", titles(case_types()))
    largest = F.struct("vola_amt", "rule_type_id", "jr_id")
    shared = F.when(F.min("fixmedins_code") == F.max("fixmedins_code"), F.min("fixmedins_code"))
    return titled.groupBy("case_id").agg(
        F.min("month").alias("month"),
        F.min(F.when(F.col("subject_type") == "visit", F.col("mdtrt_id"))).alias("mdtrt_id"),
        F.max_by("bilg_dr_codg", largest).alias("bilg_dr_codg"),
        shared.alias("fixmedins_code"),
        F.min("subject_type").alias("case_kind"),
        F.max_by("title", largest).alias("case_type"),
        F.count_distinct("rule_type_id").alias("case_types"),
        F.count("jr_id").alias("case_findings"),
        F.min("sev_deg").alias("case_sev_deg"),
        F.sum("vola_amt").alias("case_vola_amt"),
        F.max("vola_amt").alias("case_vola_max"),
        F.sum("fund_amt").alias("case_fund_amt"),
    )
