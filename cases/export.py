"""The case list as files: the workbook, and the same cases as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from cases.case_type import CaseType
from cases.contents import Selection, chosen_cases, detail_rows, rule_rows
from cases.csv_file import write_csv
from cases.fields import CASE_FIELDS
from cases.members import case_members
from cases.totals import summary
from cases.workbook import Contents, write_workbook


def export_workbook(
    path: Path, chosen: Selection, publication: str, tables: dict[str, DataFrame], types: Sequence[CaseType]
) -> dict[str, int]:
    """Writes the workbook of the selection and returns the rows of each list.

    ``tables``: case_list, finding, finding_detl, bill_line, rule, coverage, rule_rate, risk_score, fixmedins_d (current rows), as
    published.
    The lists are streamed: no more than one partition is in memory.
    """
    of_month = F.col("found_for") == chosen.month
    detl = tables["finding_detl"].where(of_month)
    members = case_members(tables["finding"].where(of_month), detl, types)
    cases = chosen_cases(tables["case_list"], tables["fixmedins_d"], chosen)
    contents = Contents(
        summary=summary(chosen, publication, tables | {"finding_detl": detl}, members, types),
        cases=streamed(cases),
        details=streamed(detail_rows(cases, members, detl, tables["bill_line"], types)),
        rules=streamed(rule_rows(cases, members, tables["rule"], tables["rule_rate"], types)),
    )
    return write_workbook(path, contents)


def export_csv(path: Path, chosen: Selection, tables: dict[str, DataFrame]) -> int:
    """Writes the chosen cases as CSV and returns their number."""
    return write_csv(path, CASE_FIELDS, streamed(chosen_cases(tables["case_list"], tables["fixmedins_d"], chosen)))


def streamed(frame: DataFrame) -> Iterator[dict[str, Any]]:
    """The frame's rows in order, partition by partition."""
    for row in frame.toLocalIterator():
        yield row.asDict()
