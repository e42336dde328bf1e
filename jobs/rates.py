"""The rates job: what auditors concluded by the business date becomes confirmation rates of rule types and rules."""

from __future__ import annotations

import logging
from dataclasses import astuple
from datetime import date
from decimal import Decimal

from pyspark.sql import Column
from pyspark.sql import functions as F

from cases.case_list import is_sampled
from cases.concluded import SHARE_SCALE, concluded_findings
from cases.members import ACTIVE, WAIVED, placed
from cases.rates import SHADOW, Rate, Reviewed, confirmation_rates
from jobs.case_list import case_types
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import CASE_LIST, FINDING, FINDING_DETL, OUTCOME, RULE_RATE, SHADOWED

log = logging.getLogger(__name__)

SHOWN = 5  # rules named in the log; the table holds all


def learn_rates(lake: Lake, settings: Settings, business_date: date) -> None:
    """Brings ``rule_rate`` in line with the conclusions known by the business date; no table before the first of them."""
    if not lake.exists(OUTCOME):
        return
    rates = rates_known(lake, settings, business_date)
    schema = RULE_RATE.spark_schema()
    rows = [tuple(_typed(value) for value in astuple(rate)) for rate in rates]
    if not lake.replace_changed(RULE_RATE, lake.spark.createDataFrame(rows, schema)):
        return
    log.info("rates: learnt from %s concluded findings", f"{sum(r.reviewed for r in rates if r.rule_id == '*'):,}")
    in_shadow = [rate for rate in rates if rate.stas == SHADOW]
    for rate in in_shadow[:SHOWN]:
        log.warning("rule %s is in shadow: %d of 10,000 confirmed", rate.rule_id, round(rate.rate * SHARE_SCALE))
    if len(in_shadow) > SHOWN:
        log.warning("rules in shadow: %d in all; they stand in rule_rate with their notices", len(in_shadow))


def rates_known(lake: Lake, settings: Settings, known_by: date) -> list[Rate]:
    """The rates as they were known at the end of that day."""
    findings, detl = lake.read(FINDING), lake.read(FINDING_DETL)
    since = lake.read(SHADOWED).select("jr_id", "since")
    # A finding that the rule base has in trial was never listed; one in shadow by its rate was, before.
    told = findings.join(since, on="jr_id", how="left")
    members = placed(told.where(F.col("finding_stas").isin(ACTIVE, WAIVED) | F.col("since").isNotNull()), detl, case_types())
    banded = members.withColumns({"band": band(), "drawn": is_sampled(settings.sample_share)}).localCheckpoint()
    concluded = concluded_findings(lake.read(OUTCOME), banded, lake.read(CASE_LIST), known_by)
    of_rule = banded.join(concluded, on="jr_id", how="inner").groupBy("rule_type_id", "rule_id", "band")
    cells = of_rule.agg(F.count("*"), F.sum("drawn"), F.sum("share")).collect()  # bounded by what auditors conclude
    found = banded.groupBy("rule_type_id", "band").count().collect()
    return confirmation_rates(
        [_reviewed(*row) for row in sorted(map(tuple, cells))],
        {(row[0], row[1]): row[2] for row in found},
        {name: float(rate) for name, rate in settings.case.priors().items()},
        settings.case.rate_limits(),
    )


def band() -> Column:
    """The finding's band of amounts: the digits of its yuan, as what is reviewed by rank is mostly chosen by amount."""
    return F.length(F.floor("fund_amt").cast("string"))


def _reviewed(type_id: str, rule_id: str, of_band: int, findings: int, drawn: int, share: int) -> Reviewed:
    return Reviewed(type_id, rule_id, of_band, findings, drawn, share / SHARE_SCALE)


def _typed(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, float) else value
