"""Which case a finding belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from cases.case_type import CaseType, catalogue_order

SEPARATOR = "\u001f"
ACTIVE, WAIVED, SHADOW = "active", "waived", "shadow"  # finding_stas
AT_FAULT = 1
WHOLE_VISIT = "*"  # feedetl_sn of a whole visit; as mdtrt_id: a subject without lines


def case_members(findings: DataFrame, detl: DataFrame, types: Sequence[CaseType]) -> DataFrame:
    """One row per active finding, as ``placed`` gives it."""
    return placed(findings.where(F.col("finding_stas") == ACTIVE), detl, types)


def placed(findings: DataFrame, detl: DataFrame, types: Sequence[CaseType]) -> DataFrame:
    """One row per finding: all its columns and ``case_id, month, subject_type, subject_key, type_order``.

    The subject's kind comes from the type and its variant, not from mdtrt_id: a subject's finding whose lines
    happen to lie in one visit carries that visit's number too.
    """
    variant = F.get_json_object("vola_evid", "$.variant")
    told = findings.withColumns(
        {
            "month": F.col("found_for"),
            "type_order": _order(types),
            "subject_type": _subject_type(types, variant),
        }
    )
    # first_visits has one row per jr_id, so a finding stays a finding.
    grouped = told.join(_first_visits(told, detl), on="jr_id", how="left")
    keyed = grouped.withColumn("subject_key", _subject_key()).drop("first_visit")
    parts = F.concat_ws(SEPARATOR, "month", "subject_type", "subject_key")
    return keyed.withColumn("case_id", F.sha2(parts, 256))


def _order(types: Sequence[CaseType]) -> Column:
    """Place of the finding's type in the catalogue; a type that is not in it comes last."""
    places = catalogue_order(types)
    pairs = [F.lit(value) for pair in places.items() for value in pair]
    return F.coalesce(F.create_map(*pairs)[F.col("rule_type_id")], F.lit(len(places)))


def _subject_type(types: Sequence[CaseType], variant: Column) -> Column:
    """The kind of case: what the type says of the variant, else the narrowest subject that the finding names."""
    named = (
        F.when(F.col("mdtrt_id").isNotNull(), "visit")
        .when(F.col("psn_no").isNotNull(), "person")
        .when(F.col("fixmedins_code").isNotNull(), "institution")
        .otherwise("group")
    )
    for case_type in types:
        for wanted, subject_type in case_type.subjects:
            is_type = F.col("rule_type_id") == case_type.rule_type_id
            fits = is_type if wanted is None else is_type & (variant == wanted)
            named = F.when(fits, subject_type).otherwise(named)
    return named


def _first_visits(told: DataFrame, detl: DataFrame) -> DataFrame:
    """One row per finding about a group: the smallest visit at fault, by which the group is known."""
    groups = told.where(F.col("subject_type") == "group").select("jr_id")
    rows = detl.where(F.col("vola_item_type") == AT_FAULT).join(groups, on="jr_id", how="left_semi")
    return rows.groupBy("jr_id").agg(F.min("mdtrt_id").alias("first_visit"))


def _subject_key() -> Column:
    subject_type = F.col("subject_type")
    key = (
        F.when(subject_type == "visit", F.col("mdtrt_id"))
        .when(subject_type == "person", F.col("psn_no"))
        .when(subject_type == "institution", F.col("fixmedins_code"))
        .otherwise(F.col("first_visit"))
    )
    return F.coalesce(key, F.col("jr_id"))
