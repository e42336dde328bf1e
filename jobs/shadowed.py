"""Rules in shadow by their confirmation rate: their findings leave the lists, others come back; nothing is judged."""

from __future__ import annotations

import logging
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from cases.members import ACTIVE, SHADOW, WAIVED
from jobs.refused import refuse_months
from jobs.relations import in_months
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import FINDING, RULE, RULE_RATE, SHADOWED

log = logging.getLogger(__name__)


def apply_shadow(lake: Lake, settings: Settings, business_date: date) -> list[str]:
    """Brings findings and refuse list in line with the rules that ``rule_rate`` has in shadow; the months that this changed.

    What is stored is compared, not what happened, as for waivers (jobs/waived.py).
    """
    if not lake.exists(RULE_RATE):
        return []
    findings, stored = lake.read(FINDING), lake.read(SHADOWED)
    wanted = _wanted(lake, findings, stored, business_date).localCheckpoint()
    is_listed = F.col("finding_stas").isin(ACTIVE, WAIVED)
    still_listed = findings.where(is_listed).join(wanted, on="jr_id", how="left_semi").select("found_for")
    keys = ("found_for", "jr_id")
    gone, come = stored.select(*keys).exceptAll(wanted.select(*keys)), wanted.select(*keys).exceptAll(stored.select(*keys))
    differing = still_listed.unionByName(gone.select("found_for")).unionByName(come.select("found_for"))
    months = sorted(row.found_for for row in differing.distinct().collect())
    if not months:
        return []
    marked = _marked(lake, findings.where(in_months(FINDING, months)), stored, wanted).localCheckpoint()
    lake.replace(FINDING, marked, in_months(FINDING, months))
    refuse_months(lake, settings, months)
    rows = lake.replace(SHADOWED, wanted.where(F.col("found_for").isin(months)), in_months(SHADOWED, months))
    log.info("shadow: %s findings not listed in %s", f"{rows:,}", ", ".join(months))
    return months


def _wanted(lake: Lake, findings: DataFrame, stored: DataFrame, business_date: date) -> DataFrame:
    """One row per finding of a rule in shadow: those listed until now, and those in shadow by their rate before."""
    rules = lake.read(RULE_RATE).where(F.col("stas") == SHADOW).select("rule_id")
    known = stored.select("jr_id", F.col("since").alias("was_since"))
    named = findings.join(F.broadcast(rules), on="rule_id", how="left_semi").join(known, on="jr_id", how="left")
    is_ours = F.col("finding_stas").isin(ACTIVE, WAIVED) | F.col("was_since").isNotNull()
    since = F.coalesce("was_since", F.lit(business_date)).alias("since")
    return named.where(is_ours).select("found_for", "jr_id", since)


def _marked(lake: Lake, findings: DataFrame, stored: DataFrame, wanted: DataFrame) -> DataFrame:
    """The findings with their state: in shadow, or active again unless the rule base has their rule in trial by now."""
    due = wanted.select("jr_id", F.lit(True).alias("is_due"))
    was = stored.select("jr_id", F.lit(True).alias("was_due"))
    in_trial = lake.read(RULE).where(F.col("stas") == "shadow").select("rule_id", "rule_ver", F.lit(True).alias("in_trial"))
    told = findings.join(due, on="jr_id", how="left").join(was, on="jr_id", how="left")
    judged = told.join(in_trial, on=["rule_id", "rule_ver"], how="left")
    comes_back = F.col("was_due") & F.col("in_trial").isNull()
    state = F.when(F.col("is_due"), SHADOW).when(comes_back, ACTIVE).otherwise(F.col("finding_stas"))
    return judged.withColumn("finding_stas", state).select(*FINDING.names)
