"""The cases job: findings of the judged months become ranked cases; confirmed reviews enter the refuse list."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from pyspark.sql import Row
from pyspark.sql import functions as F

from cases.case_list import case_list
from cases.case_type import CaseType, subjects_of
from cases.chances import Chances
from cases.order import Quota
from cases.rates import WHOLE_TYPE, Rate
from cases.work import Work
from jobs.relations import in_months
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BILL_LINE, CASE_LIST, FINDING, FINDING_DETL, RISK_SCORE, RULE_RATE
from rules.catalogue import RULE_TYPES

log = logging.getLogger(__name__)


def case_types() -> list[CaseType]:
    """What the case list needs to know of each rule type, in catalogue order."""
    return [
        CaseType(rule.id, rule.name_zh, rule.law, rule.gz_codes, rule.kind, subjects_of(rule.id)) for rule in RULE_TYPES.values()
    ]


def chances_of(lake: Lake, settings: Settings) -> Chances:
    """What the lake knows of confirmation: learnt rates, the configured ones before the first conclusion."""
    # Bounded by what auditors conclude.
    rates = lake.read(RULE_RATE).select("rule_type_id", "rule_id", "rate", "reviewed").collect()
    scored = lake.read(RISK_SCORE).where(F.col("subject_type") == "case")
    named = scored.select(F.col("subject_key").alias("case_id"), "probability", F.col("reasons").alias("score_reasons"))
    return replace(chances_by(rates, settings), scores=named if lake.exists(RISK_SCORE) else None)


def chances_by(rates: Sequence[Row | Rate], settings: Settings) -> Chances:
    """What these rates say of confirmation, and the settings where they say nothing."""
    types = [rate for rate in rates if rate.rule_id == WHOLE_TYPE]
    return Chances(
        type_rates=settings.case.priors() | {rate.rule_type_id: Decimal(str(rate.rate)) for rate in types},
        rule_rates={rate.rule_id: Decimal(str(rate.rate)) for rate in rates if rate.rule_id != WHOLE_TYPE},
        learnt=frozenset(rate.rule_type_id for rate in types if rate.reviewed),
    )


def work_of(settings: Settings) -> Work:
    """The hours that cases take and that the office has, in minutes."""
    case = settings.case
    quota = Quota(
        minutes=case.hours_per_month * 60,
        reserve=int(case.hours_per_month * 60 * case.floor_share),
        per_institution=case.floor_institution,
        per_type=case.floor_type,
    )
    return Work({name: int(hours * 60) for name, hours in case.hours_of_types().items()}, quota)


def rank_cases(lake: Lake, settings: Settings, months: Sequence[str]) -> None:
    """Replaces the case list of ``months``; of every judged month if none is named."""
    findings, detl = lake.read(FINDING), lake.read(FINDING_DETL)
    if months:
        findings = findings.where(in_months(FINDING, months))
        detl = detl.where(in_months(FINDING_DETL, months))
    types, work = case_types(), work_of(settings)
    cases = case_list(findings, detl, lake.read(BILL_LINE), types, chances_of(lake, settings), work, settings.sample_share)
    if months:
        rows = lake.replace(CASE_LIST, cases.where(F.col("month").isin(list(months))), in_months(CASE_LIST, months))
    else:
        rows = lake.replace_all(CASE_LIST, cases)
    log.info("cases: %s ranked", f"{rows:,}")
