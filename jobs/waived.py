"""The waivers of a night: findings under a valid waiver are marked and leave the lists, others come back; nothing is judged."""

from __future__ import annotations

import logging
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from cases import members
from cases.waiver_rows import in_force
from cases.waivers import waived_findings
from jobs.refused import refuse_months
from jobs.relations import in_months
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BILL_LINE, BILL_VISIT, FINDING, FINDING_DETL, WAIVED, WAIVER

log = logging.getLogger(__name__)


def apply_waivers(lake: Lake, settings: Settings, business_date: date) -> list[str]:
    """Brings findings and refuse list in line with the waivers valid on the business date; the months that this changed.

    What is stored is compared, not what happened: a month judged anew, a waiver that expired or was revoked, and a night
    that was cut off between two tables all come out right. Months without a change are left alone.
    """
    if not lake.exists(WAIVER):
        return []
    waivers = in_force([row.asDict() for row in lake.read(WAIVER).collect()], business_date)  # bounded by what people write
    findings, detl = lake.read(FINDING), lake.read(FINDING_DETL)
    wanted = _renamed(waived_findings(findings, detl, lake.read(BILL_LINE), lake.read(BILL_VISIT), waivers)).localCheckpoint()
    months = _changed_months(findings, lake.read(WAIVED), wanted)
    if not months:
        return []
    lake.replace(FINDING, _marked(findings.where(in_months(FINDING, months)), wanted), in_months(FINDING, months))
    refuse_months(lake, settings, months)
    rows = lake.replace(WAIVED, wanted.where(F.col("found_for").isin(months)), in_months(WAIVED, months))
    log.info("waivers: %s findings waived in %s", f"{rows:,}", ", ".join(months))
    return months


def _renamed(frame: DataFrame) -> DataFrame:
    """The same columns as new attributes: those of a checkpoint stay the findings', and EXCEPT ALL refuses to tell them apart."""
    return frame.select(*(F.col(name).alias(name) for name in frame.columns))


def _changed_months(findings: DataFrame, stored: DataFrame, wanted: DataFrame) -> list[str]:
    """Months in which a finding is waived by another waiver than is stored, or is marked otherwise than it should be."""
    marked = findings.where(F.col("finding_stas") == members.WAIVED).select("found_for", "jr_id")
    told, due = stored.select(*wanted.columns), wanted.select("found_for", "jr_id")
    differing = (
        told.exceptAll(wanted).unionByName(wanted.exceptAll(told)).select("found_for")
        .unionByName(marked.exceptAll(due).unionByName(due.exceptAll(marked)).select("found_for"))
    )  # fmt: skip
    return sorted(row.found_for for row in differing.distinct().collect())


def _marked(findings: DataFrame, wanted: DataFrame) -> DataFrame:
    """The findings with their state: waived, or active again. A finding in trial is never waived."""
    waived = wanted.select("jr_id", F.lit(True).alias("is_waived"))  # one row per finding
    was_waived = F.col("finding_stas") == members.WAIVED
    state = F.when(F.col("is_waived"), members.WAIVED).when(was_waived, members.ACTIVE).otherwise(F.col("finding_stas"))
    return findings.join(waived, on="jr_id", how="left").withColumn("finding_stas", state).drop("is_waived")
