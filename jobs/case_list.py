"""The cases job: findings of the judged months become ranked cases; confirmed reviews enter the refuse list."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from decimal import Decimal

from pyspark.sql import functions as F

from cases.case_list import case_list
from cases.case_type import CaseType, subjects_of
from cases.rates import WHOLE_TYPE
from jobs.relations import in_months
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BILL_LINE, CASE_LIST, FINDING, FINDING_DETL, RULE_RATE
from rules.catalogue import RULE_TYPES

log = logging.getLogger(__name__)


def case_types() -> list[CaseType]:
    """What the case list needs to know of each rule type, in catalogue order."""
    return [
        CaseType(rule.id, rule.name_zh, rule.law, rule.gz_codes, rule.kind, subjects_of(rule.id)) for rule in RULE_TYPES.values()
    ]


def known_rates(lake: Lake, settings: Settings) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Confirmation rates by rule type and by rule: the learnt ones, the configured ones before the first conclusion."""
    rows = lake.read(RULE_RATE).select("rule_type_id", "rule_id", "rate").collect()  # bounded by what auditors conclude
    learnt = {row.rule_type_id: row.rate for row in rows if row.rule_id == WHOLE_TYPE}
    return settings.case.priors() | learnt, {row.rule_id: row.rate for row in rows if row.rule_id != WHOLE_TYPE}


def rank_cases(lake: Lake, settings: Settings, months: Sequence[str]) -> None:
    """Replaces the case list of ``months``; of every judged month if none is named."""
    findings, detl = lake.read(FINDING), lake.read(FINDING_DETL)
    if months:
        findings = findings.where(in_months(FINDING, months))
        detl = detl.where(in_months(FINDING_DETL, months))
    types, rules = known_rates(lake, settings)
    cases = case_list(findings, detl, lake.read(BILL_LINE), case_types(), types, rules, settings.sample_share)
    if months:
        rows = lake.replace(CASE_LIST, cases.where(F.col("month").isin(list(months))), in_months(CASE_LIST, months))
    else:
        rows = lake.replace_all(CASE_LIST, cases)
    log.info("cases: %s ranked", f"{rows:,}")
