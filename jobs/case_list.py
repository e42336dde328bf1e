"""The cases job: findings of the judged months become ranked cases; confirmed reviews enter the refuse list."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from decimal import Decimal

from pyspark.sql import functions as F

from cases.case_list import case_list
from cases.case_type import CaseType, subjects_of
from jobs.relations import in_months
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BILL_LINE, CASE_LIST, FINDING, FINDING_DETL
from rules.catalogue import RULE_TYPES

log = logging.getLogger(__name__)


def case_types() -> list[CaseType]:
    """What the case list needs to know of each rule type, in catalogue order."""
    return [
        CaseType(rule.id, rule.name_zh, rule.law, rule.gz_codes, rule.kind, subjects_of(rule.id)) for rule in RULE_TYPES.values()
    ]


def rank_cases(lake: Lake, settings: Settings, months: Sequence[str]) -> None:
    """Replaces the case list of ``months``; of every judged month if none is named."""
    findings, detl = lake.read(FINDING), lake.read(FINDING_DETL)
    if months:
        findings = findings.where(in_months(FINDING, months))
        detl = detl.where(in_months(FINDING_DETL, months))
    cases = case_list(
        findings, detl, lake.read(BILL_LINE), case_types(), settings.case.priors(), Decimal(0), settings.sample_share
    )
    if months:
        rows = lake.replace(CASE_LIST, cases.where(F.col("month").isin(list(months))), in_months(CASE_LIST, months))
    else:
        rows = lake.replace_all(CASE_LIST, cases)
    log.info("cases: %s ranked", f"{rows:,}")
