"""The rates job: what auditors concluded by the business date becomes confirmation rates of rule types and rules."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from decimal import Decimal

from pyspark.sql import functions as F

from cases.case_list import is_sampled
from cases.concluded import SHARE_SCALE, concluded_findings
from cases.matters import matters_concluded, matters_found
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
    rates = told_by(lake, settings, [business_date]).rates(settings, business_date)
    schema = RULE_RATE.spark_schema()
    rows = [tuple(_typed(value) for value in astuple(rate)) for rate in rates]
    if not lake.replace_changed(RULE_RATE, lake.spark.createDataFrame(rows, schema)):
        return
    log.info("rates: learnt from %s reviewed matters", f"{sum(r.reviewed for r in rates if r.rule_id == '*'):,}")
    in_shadow = [rate for rate in rates if rate.stas == SHADOW]
    for rate in in_shadow[:SHOWN]:
        log.warning("rule %s is in shadow: %d of 10,000 confirmed", rate.rule_id, round(rate.rate * SHARE_SCALE))
    if len(in_shadow) > SHOWN:
        log.warning("rules in shadow: %d in all; they stand in rule_rate with their notices", len(in_shadow))


@dataclass(frozen=True)
class Told:
    """What was concluded by each day asked for, and the matters found, by month, rule type and band."""

    reviewed: Mapping[date, Sequence[Reviewed]]
    found: Mapping[tuple[str, str, int], int]

    def rates(self, settings: Settings, known_by: date, before: str | None = None) -> list[Rate]:
        """The rates as they were known at the end of that day, of the months before ``before``."""
        found: Counter[tuple[str, int]] = Counter()
        for (month, type_id, band), count in self.found.items():
            if before is None or month < before:
                found[type_id, band] += count
        priors = {name: float(rate) for name, rate in settings.case.priors().items()}
        return confirmation_rates(self.reviewed.get(known_by, []), found, priors, settings.case.rate_limits())


def told_by(lake: Lake, settings: Settings, days: Sequence[date]) -> Told:
    """What the lake's conclusions said by the end of each of the days."""
    findings, detl = lake.read(FINDING), lake.read(FINDING_DETL)
    since = lake.read(SHADOWED).select("jr_id", "since")
    # A finding that the rule base has in trial was never listed; one in shadow by its rate was, before.
    told = findings.join(since, on="jr_id", how="left")
    members = placed(told.where(F.col("finding_stas").isin(ACTIVE, WAIVED) | F.col("since").isNotNull()), detl, case_types())
    columns = ("jr_id", "case_id", "month", "rule_type_id", "rule_id", "vola_amt", "fund_amt", "since")
    drawn = members.select(*columns, is_sampled(settings.sample_share).alias("drawn")).localCheckpoint()
    concluded = concluded_findings(lake.read(OUTCOME), drawn, lake.read(CASE_LIST), days)
    reviewed: dict[date, list[Reviewed]] = defaultdict(list)
    # Both are bounded by rule types, months and what auditors conclude.
    for row in sorted(matters_concluded(drawn, concluded).collect()):
        cell = Reviewed(row.rule_type_id, row.rule_id, row.band, row.reviewed, row.sampled, row.share / SHARE_SCALE)
        reviewed[row.known_by].append(cell)
    found = {(row[0], row[1], row[2]): row[3] for row in matters_found(drawn).collect()}
    return Told(reviewed, found)


def _typed(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, float) else value
