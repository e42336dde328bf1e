"""The cases export job: the published case list of a month as a workbook for auditors, or as CSV."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import DataFrame

from cases.contents import Selection
from cases.export import export_csv, export_workbook
from jobs.case_list import case_types
from jobs.ingest import current_rows
from jobs.settings import Settings
from jobs.spark import open_published
from lake.errors import BadInput
from lake.publications import Publication, last, read_published
from lake.store import Lake
from lake.tables import BILL_LINE, CASE_LIST, COVERAGE, FINDING, FINDING_DETL, FIXMEDINS_D, RISK_SCORE, RULE, RULE_RATE

READ = (CASE_LIST, FINDING, FINDING_DETL, BILL_LINE, RULE, RULE_RATE, RISK_SCORE, COVERAGE)


def export_cases(lake_path: Path, chosen: Selection, out: Path, settings: Settings) -> int:
    """Writes the chosen cases of the last publication to ``out`` (.xlsx or .csv); the number of cases."""
    if out.suffix not in (".xlsx", ".csv"):
        raise BadInput(f"--out {out.name}: must end in .xlsx or .csv")
    lake = open_published(lake_path, settings)
    publication = last(lake)
    if publication is None:
        raise BadInput(f"{lake_path}: nothing is published in this lake yet")
    tables = published_tables(lake, publication)
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".{out.name}.partial")
    try:
        if out.suffix == ".csv":
            cases = export_csv(partial, chosen, tables)
        else:
            written = export_workbook(partial, chosen, str(publication.publication_id), tables, case_types())
            cases = written["疑点清单"]
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return cases


def published_tables(lake: Lake, publication: Publication) -> dict[str, DataFrame]:
    """What the lists are made of, as published."""
    tables = {table.name: read_published(lake, table, publication) for table in READ}
    return tables | {FIXMEDINS_D.name: current_rows(lake, FIXMEDINS_D, publication.versions)}
