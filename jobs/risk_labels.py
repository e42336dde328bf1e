"""The labels job: what auditors' conclusions say of cases, doctors and institutions, whenever conclusions come."""

from __future__ import annotations

from functools import partial

from cases.members import case_members
from jobs.case_list import case_types
from jobs.settings import Settings
from lake.publications import Publication, read_published
from lake.store import Lake
from lake.tables import CASE_LIST, FINDING, FINDING_DETL, OUTCOME, RISK_LABEL
from models.labels import labels


def label_subjects(lake: Lake, settings: Settings, published: Publication) -> None:
    """Rewrites risk_label by all conclusions; ranks are those of the published list, which auditors had before them."""
    read = partial(read_published, lake, publication=published)
    # What is collected grows with findings in cases, which people read one by one.
    members = case_members(read(FINDING), read(FINDING_DETL), case_types())
    findings = members.select("jr_id", "case_id", "month", "bilg_dr_codg", "fixmedins_code").toArrow()
    cases = read(CASE_LIST).select("case_id", "month", "rank", "findings", "sampled", "fund_amt").toArrow()
    rows = labels(findings, cases, lake.read(OUTCOME).toArrow(), settings.sample_share)
    lake.replace_changed(RISK_LABEL, lake.spark.createDataFrame(rows))
