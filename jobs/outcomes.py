"""The outcomes job: filled workbooks come back, and what they confirm enters the refuse list."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from cases.members import case_members
from cases.outcome_rows import Outcome, OutcomeReject, Target
from cases.outcomes import new_outcomes, read_outcomes
from cases.refusals import confirmed_refusals
from cases.targets import known_amounts, target_amounts
from jobs.case_list import case_types
from jobs.risk_labels import label_subjects
from jobs.run import note_publication, recorded
from jobs.settings import Settings
from jobs.spark import open_published
from lake.errors import BadInput
from lake.lock import one_writer
from lake.publications import Publication, last, publish, read_published
from lake.startup import check_lake
from lake.store import Lake
from lake.tables import BILL_LINE, BILL_VISIT, CASE_LIST, FINDING, FINDING_DETL, OUTCOME, REFUSE_LIST, RISK_LABEL
from lake.tables.schema import Table

log = logging.getLogger(__name__)


def import_outcomes(lake_path: Path, workbook: Path, settings: Settings) -> tuple[list[Outcome], list[OutcomeReject]]:
    """Adds the workbook's conclusions to ``outcome``, extends the refuse list by them and publishes.

    Rows that do not hold come back with their reasons; importing the same workbook again changes nothing.
    """
    with recorded(lake_path, "outcomes import"), one_writer(lake_path):
        check_lake(lake_path)
        lake = open_published(lake_path, settings)
        published = last(lake)
        if published is None:
            raise BadInput(f"{lake_path}: nothing is published in this lake yet")
        read = partial(read_published, lake, publication=published)
        members = case_members(read(FINDING), read(FINDING_DETL), case_types())
        cases, detl = read(CASE_LIST), read(FINDING_DETL)

        def known(targets: Sequence[Target]) -> Mapping[Target, Decimal]:
            rows = target_amounts(targets, cases, members, detl).collect()  # bounded by one workbook's filled rows
            return known_amounts([row.asDict() for row in rows])

        outcomes, rejects = read_outcomes(workbook, known)
        added = keep_outcomes(lake, settings, published, outcomes)
        log.info("outcomes: %d added, %d known already, %d set aside", added, len(outcomes) - added, len(rejects))
        return outcomes, rejects


def keep_outcomes(lake: Lake, settings: Settings, published: Publication, outcomes: Sequence[Outcome]) -> int:
    """Adds the conclusions that are new, extends refuse list and labels by them and publishes; the number added."""
    existing = [row.asDict() for row in lake.read(OUTCOME).select("outcome_id", "seq").collect()]
    rows = new_outcomes(outcomes, existing)
    if rows:
        lake.append(OUTCOME, OUTCOME.frame(lake.spark, [[row[name] for name in OUTCOME.names] for row in rows]))
    is_labelled = not lake.exists(OUTCOME) or RISK_LABEL.name in published.versions
    if lake.version(OUTCOME) != published.versions.get(OUTCOME.name, -1) or not is_labelled:
        # As published: a night that the gate refused may have left newer tables that nobody may see.
        refuse_confirmed(lake, settings, partial(read_published, lake, publication=published))
        label_subjects(lake, settings, published)
        moved = {table.name: lake.version(table) for table in (OUTCOME, REFUSE_LIST, RISK_LABEL)}
        night = publish(
            lake, published.business_date, published.month, published.judged_months,
            published.rulebook_ver, published.settings_digest, published.versions | moved,
        )  # fmt: skip
        note_publication(night, is_new=night.publication_id != published.publication_id)
    return len(rows)


def refuse_confirmed(lake: Lake, settings: Settings, read: Callable[[Table], DataFrame]) -> None:
    """Rewrites refuse_list: what the rules refuse, then confirmed findings that needed a review.

    ``read`` gives the tables that it goes by; conclusions are always the newest.
    """
    if not lake.exists(OUTCOME):
        return
    findings, detl = read(FINDING), read(FINDING_DETL)
    computed = findings.where(F.col("vola_amt_stas") == 1).select("jr_id")
    refused: DataFrame = read(REFUSE_LIST).join(computed, on="jr_id", how="left_semi").select(*REFUSE_LIST.names)
    members = case_members(findings, detl, case_types())
    added = confirmed_refusals(
        lake.read(OUTCOME), members, detl, read(BILL_LINE), read(BILL_VISIT), refused,
        include_drg=settings.refuse.include_drg,
    )  # fmt: skip
    lake.replace_changed(REFUSE_LIST, refused.unionByName(added).localCheckpoint())
