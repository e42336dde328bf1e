"""Simulated outcomes of the demo: a made-up auditor concludes on a synthetic county's cases, drawn from its truth table."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from cases.members import AT_FAULT, case_members
from cases.outcome_rows import CONFIRMED, PARTLY, REFUTED, Outcome
from jobs.against_truth import on_planted, wrong
from jobs.case_list import case_types
from jobs.night import last_day
from jobs.outcomes import keep_outcomes
from jobs.run import recorded
from jobs.settings import Settings
from jobs.spark import open_published
from lake.errors import BadInput
from lake.lock import one_writer
from lake.publications import Publication, last, read_published
from lake.startup import check_lake
from lake.store import Lake
from lake.tables import BILL_VISIT, CASE_LIST, FINDING, FINDING_DETL, OUTCOME
from synth.reviewer import REVIEWER, Habits, ListedCase, SeenFinding, Verdict, last_day_of_review, reviewed, verdicts

log = logging.getLogger(__name__)

REASON = "模拟结论，非真实稽核"


@dataclass(frozen=True)
class Simulated:
    """What was concluded now: months reviewed, their cases, conclusions added."""

    months: int
    cases: int
    conclusions: int


def simulate_outcomes(lake_path: Path, truth: Path, seed: int, until: date | None, settings: Settings) -> Simulated:
    """Reviews every published month whose review would be over by ``until`` (default: the last business date) and that
    was not reviewed yet; adds the conclusions as an import does.

    Refused where the truth is of another county, or where the lake holds conclusions of anybody else.
    """
    if not truth.is_file():
        raise BadInput(f"--truth {truth}: no such file; `fundguard generate` writes it beside the landing folder")
    with recorded(lake_path, "outcomes simulate"), one_writer(lake_path):
        check_lake(lake_path)
        lake = open_published(lake_path, settings)
        published = last(lake)
        if published is None:
            raise BadInput(f"{lake_path}: nothing is published in this lake yet")
        planted = wrong(lake.spark.read.parquet(str(truth)))
        _check_county(lake, published, planted, truth)
        habits = habits_of(settings)
        day = until or published.business_date
        months = _months_due(lake, published, day, habits)
        cases = [case for month in months for case in reviewed(_listed(lake, published, month), habits)]
        outcomes = [_outcome(verdict) for verdict in _verdicts(lake, published, planted, months, set(cases), seed, habits)]
        added = keep_outcomes(lake, settings, published, outcomes)
    log.info("outcomes: %d simulated conclusions on %d cases of %d months", added, len(cases), len(months))
    return Simulated(len(months), len(cases), added)


def habits_of(settings: Settings) -> Habits:
    """How the made-up auditor works, as the settings say."""
    chosen = settings.simulation
    return Habits(
        hours=chosen.hours_per_month,
        case_minutes=chosen.case_minutes,
        finding_minutes=chosen.finding_minutes,
        overlooked=chosen.overlooked,
        explained_type=chosen.explained_type,
        explained_institution=chosen.explained_institution,
        mistaken=chosen.mistaken,
        halved=chosen.halved,
        days=(chosen.least_days, chosen.most_days),
    )


def _check_county(lake: Lake, published: Publication, planted: DataFrame, truth: Path) -> None:
    others = lake.read(OUTCOME).where(F.col("auditor") != REVIEWER)
    if not others.isEmpty():
        raise BadInput(f"{lake.path}: holds conclusions of real auditors; simulated ones are for synthetic counties only")
    visits = read_published(lake, BILL_VISIT, published).select("mdtrt_id")
    if planted.join(visits, on="mdtrt_id", how="left_semi").isEmpty():
        raise BadInput(f"--truth {truth.name}: none of its visits is in the lake; it is the truth of another county")


def _months_due(lake: Lake, published: Publication, day: date, habits: Habits) -> list[str]:
    """Published months whose review is over by ``day``, those reviewed before left out: a month is reviewed once."""
    cases = read_published(lake, CASE_LIST, published)
    done = cases.join(lake.read(OUTCOME).select("case_id"), on="case_id", how="left_semi").select("month").distinct()
    months = cases.select("month").distinct().join(done, on="month", how="left_anti").collect()
    return sorted(row.month for row in months if last_day_of_review(last_day(row.month), habits) <= day)


def _listed(lake: Lake, published: Publication, month: str) -> list[ListedCase]:
    """One month's cases: some thousand rows."""
    rows = read_published(lake, CASE_LIST, published).where(F.col("month") == month)
    collected = rows.select("case_id", "rank", "findings", "sampled").collect()
    return [ListedCase(row.case_id, row["rank"], row.findings, row.sampled == 1) for row in collected]


def _verdicts(
    lake: Lake, published: Publication, planted: DataFrame, months: list[str], cases: set[str], seed: int, habits: Habits
) -> Iterator[Verdict]:
    """The verdicts on all findings of the reviewed cases, month by month, in the order of their keys."""
    by_month: dict[str, list[SeenFinding]] = defaultdict(list)
    for month, finding in _seen(lake, published, planted, months):
        if finding.case_id in cases:
            by_month[month].append(finding)
    for month in months:
        yield from verdicts(by_month[month], last_day(month), seed, habits)


def _seen(lake: Lake, published: Publication, planted: DataFrame, months: list[str]) -> list[tuple[str, SeenFinding]]:
    """Findings of the months with what of each was planted: bounded by what a synthetic county holds."""
    detl = read_published(lake, FINDING_DETL, published)
    members = case_members(read_published(lake, FINDING, published), detl, case_types()).where(F.col("month").isin(months))
    at_fault = detl.where(F.col("vola_item_type") == AT_FAULT).select(
        "jr_id", "mdtrt_id", "feedetl_sn", F.col("vola_amt").alias("row_amt")
    )
    rows = members.select("jr_id", "rule_type_id", "fixmedins_code").join(at_fault, on="jr_id", how="inner")
    amounts = on_planted(rows, planted).groupBy("jr_id").agg(F.sum("row_amt").cast("decimal(18,2)").alias("planted"))
    named = members.select("month", "case_id", "jr_id", "rule_type_id", "fixmedins_code", "vola_amt")
    # amounts has one row per finding.
    collected = named.join(amounts, on="jr_id", how="left").orderBy("case_id", "jr_id").collect()
    return [(row.month, _seen_finding(row)) for row in collected]


def _seen_finding(row: Row) -> SeenFinding:
    institution = row.fixmedins_code or ""  # a group of several
    return SeenFinding(row.case_id, row.jr_id, row.rule_type_id, institution, row.vola_amt, row.planted)


def _outcome(verdict: Verdict) -> Outcome:
    finding, confirmed = verdict.finding, verdict.confirmed
    if confirmed is None:
        conclusion, amount = REFUTED, Decimal("0.00")
    else:
        amount = min(confirmed, finding.amount)
        conclusion = CONFIRMED if amount == finding.amount else PARTLY
    return Outcome(finding.case_id, finding.jr_id, None, None, conclusion, amount, REASON, REVIEWER, verdict.concluded_on)
