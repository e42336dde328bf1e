"""The evaluate job: the order of each month's cases by what was known before it, against what was confirmed afterwards."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from rich.table import Table as Shown

from cases.case_list import is_sampled, ranked_cases
from cases.chances import Chances, with_monthly_rates
from cases.concluded import SHARE_SCALE, concluded_findings
from cases.evaluation import BY_AMOUNT, ORDERS, OURS, JudgedCase
from cases.evaluation_report import Evaluation, percent, yuan
from cases.members import AT_FAULT, case_members
from cases.money import RATE_SCALE, counted_once, rounded_share
from jobs.against_truth import on_planted, wrong
from jobs.case_list import case_types, chances_by, work_of
from jobs.model_store import registry_of, store_of
from jobs.rates import told_by
from jobs.score_lake import CHAMPION
from jobs.settings import Settings
from jobs.spark import open_published
from lake.errors import BadInput
from lake.publications import PublishedLake, last
from lake.store import Lake
from lake.tables import BILL_LINE, CASE_LIST, FINDING, FINDING_DETL, OUTCOME, RISK_SCORE
from models.tracking import may_have

WORDS = (
    "expected: the order of the case list, by what was known before each month (with scores of a model that learnt nothing of\n"
    "it, where there is one); amount, severity: by fund amount, by severity\n"
    "then amount; best: by what was confirmed in the end, which nobody knows before. gap closed: (expected - amount) divided by\n"
    "(best - amount). precision: confirmed cases of those looked at; recall: of all confirmed ones, those looked at."
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scores:
    """A champion's scores: ``rows`` (case_id, probability, score_reasons) of the months from ``since`` on, unseen by it."""

    version: str
    since: str
    rows: DataFrame


@dataclass(frozen=True)
class Evaluated:
    """The cases whose end is known, the months that could be ordered by conclusions known before, and where the end is from."""

    cases: Sequence[JudgedCase]
    learnt_months: Sequence[str]
    by_truth: bool
    publication: int
    scores: Scores | None


def evaluate(lake_path: Path, truth: Path | None, with_model: bool, settings: Settings) -> Evaluated:
    """Orders every published month by what was concluded before its first day; reads only what the last publication shows.

    ``with_model``: where risk_score is by a champion that learnt nothing of a month, its scores take the place of the rates.
    Confirmed is what a synthetic county's truth table says is wrong; without one what auditors concluded until now, and
    then only reviewed cases are judged.
    """
    if truth is not None and not truth.is_file():
        raise BadInput(f"--truth {truth}: no such file; `fundguard generate` writes it beside the landing folder")
    opened = open_published(lake_path, settings)
    publication = last(opened)
    if publication is None:
        raise BadInput(f"{lake_path}: nothing is published in this lake yet")
    lake = PublishedLake(opened, publication)
    if truth is None and not lake.exists(OUTCOME):
        raise BadInput(f"{lake_path}: no conclusions yet; import filled workbooks, or give --truth of a synthetic county")
    months = sorted(row.month for row in lake.read(CASE_LIST).select("month").distinct().collect())
    chances = chances_before(lake, settings, months)
    detl, lines = lake.read(FINDING_DETL), lake.read(BILL_LINE)
    members = case_members(lake.read(FINDING), detl, case_types()).localCheckpoint()
    if truth is None:
        confirmed = _by_conclusions(lake, members, detl, lines, publication.business_date)
    else:
        confirmed = _by_truth(lake, truth, members, detl, lines)
    rated = with_monthly_rates(members.withColumn("known_for", F.col("month")), chances)
    drawn = rated.withColumn("sampled", is_sampled(settings.sample_share))
    scores = scores_of(lake, settings) if with_model else None
    ranked = ranked_cases(drawn, detl, lines, work_of(settings), None if scores is None else scores.rows)
    # confirmed has one row per case_id; a case that is not in it is not judged.
    rows = ranked.join(confirmed, on="case_id", how="inner").orderBy("month", "rank").collect()
    cases = [JudgedCase(r.case_id, r.month, r["rank"], r.fund_amt, r.sev_deg, r.minutes, r.confirmed) for r in rows]
    log.info("evaluate: %s cases of %d months", f"{len(cases):,}", len(months))
    learnt = [month for month in months if chances[month].learnt]
    return Evaluated(cases, learnt, truth is not None, publication.publication_id, scores)


def scores_of(lake: Lake, settings: Settings) -> Scores | None:
    """The published scores of cases of the months that their model learnt nothing of; None without any.

    A model was chosen, calibrated and promoted by the months from ``judged_from`` on, and learnt what was known before them.
    """
    rows = lake.read(RISK_SCORE).where(F.col("subject_type") == "case")
    versions = [row.model_version for row in rows.select("model_version").distinct().collect()]
    if len(versions) != 1:
        return None
    name, _, number = versions[0].rpartition("/")
    version = registry_of(settings, name).find(number) if may_have(store_of(settings, name), CHAMPION) else None
    since = None if version is None else version.verdict.get("judged_from")
    if since is None:
        log.warning("evaluate: the store does not say from which month on %s learnt nothing: left out", versions[0])
        return None
    unseen = rows.where(F.col("month") >= since)
    shown = unseen.select(F.col("subject_key").alias("case_id"), "probability", F.col("reasons").alias("score_reasons"))
    return Scores(versions[0], str(since), shown)


def chances_before(lake: Lake, settings: Settings, months: Sequence[str]) -> dict[str, Chances]:
    """By month, the confirmation rates as they were known when it began."""
    days = {month: date.fromisoformat(f"{month}-01") - timedelta(days=1) for month in months}
    if not lake.exists(OUTCOME):
        return {month: chances_by([], settings) for month in months}
    told = told_by(lake, settings, list(days.values()))
    return {month: chances_by(told.rates(settings, day, before=month), settings) for month, day in days.items()}


def _by_conclusions(lake: Lake, members: DataFrame, detl: DataFrame, lines: DataFrame, known_by: date) -> DataFrame:
    """case_id and confirmed 分 of the cases that auditors concluded on: their lines × the share that was confirmed."""
    listed = members.withColumn("since", F.lit(None).cast("date"))
    shares = concluded_findings(lake.read(OUTCOME), listed, lake.read(CASE_LIST), [known_by]).select("jr_id", "share")
    share = F.coalesce("share", F.lit(0)) * (RATE_SCALE // SHARE_SCALE)
    told = members.join(shares, on="jr_id", how="left").withColumn("prior", share)
    reviewed = told.groupBy("case_id").agg(F.max("share").alias("most")).where(F.col("most").isNotNull())
    money = counted_once(told, detl, lines, within="case_id").select("case_id", rounded_share("expected").alias("confirmed"))
    return reviewed.select("case_id").join(money, on="case_id", how="left").fillna(0, ["confirmed"])


def _by_truth(lake: Lake, truth: Path, members: DataFrame, detl: DataFrame, lines: DataFrame) -> DataFrame:
    """case_id and 分 of what was planted, of all cases."""
    planted = wrong(lake.spark.read.parquet(str(truth)))
    rows = detl.where(F.col("vola_item_type") == AT_FAULT).join(
        members.select("jr_id", "rule_type_id", "fixmedins_code"), on="jr_id", how="inner"
    )
    found = on_planted(rows, planted).select(*detl.columns)
    money = counted_once(members.withColumn("prior", F.lit(0)), found, lines, within="case_id")
    cases = members.select("case_id").distinct()
    return cases.join(money.select("case_id", F.col("fund_amt").alias("confirmed")), "case_id", "left").fillna(0, ["confirmed"])


def report_of(evaluated: Evaluated, first: str | None, to: str | None) -> Evaluation:
    """The months from ``first`` to ``to``; by default from the first that the model learnt nothing of, without one from the
    first that some conclusion was known before, if there is any.
    """
    scores = evaluated.scores
    begin = first or (scores.since if scores else min(evaluated.learnt_months, default=""))
    cases = [case for case in evaluated.cases if begin <= case.month and (to is None or case.month <= to)]
    if not cases:
        raise BadInput(f"--from {begin} --to {to or ''}: no case of these months can be judged")
    model = f"{scores.version}，{scores.since} 起" if scores else None
    return Evaluation(cases, evaluated.by_truth, evaluated.publication, model)


def shown(report: Evaluation) -> Shown:
    """The figures as a table for the screen."""
    by = "confirmation rates" if report.model is None else "the model's scores"
    title = f"yuan confirmed with the first cases of every month; expected is ordered by {by}"
    table = Shown(title=title, caption=WORDS, caption_justify="left")
    table.add_column("first")
    for heading in ("cases", *ORDERS, "gap closed", "precision", "by amount", "recall", "by amount"):
        table.add_column(heading, justify="right")
    for _, depths in report.depths:
        for label, depth in depths:
            shares = [depth.gap_closed, *(f(order) for f in (depth.precision, depth.recall) for order in (OURS, BY_AMOUNT))]
            amounts = [yuan(depth.reached[order].confirmed) for order in ORDERS]
            table.add_row(label, f"{depth.reached[OURS].cases:,}", *amounts, *map(percent, shares))
    return table
