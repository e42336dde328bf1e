"""Filled workbooks come back: read, checked, and added to the table ``outcome``."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from cases.fields import CASE_FIELDS, CASE_SHEET, DETAIL_FIELDS, DETAIL_SHEET, ENTRY_FIELDS, FINDING_LEVEL, Field
from cases.outcome_rows import FilledRow, Known, Outcome, OutcomeReject, Target, checked
from lake.errors import BadInput

# A name alone was put there by the export and concludes nothing.
CONCLUDING = tuple(field.key for field in ENTRY_FIELDS if field.key != "auditor")


def read_outcomes(path: Path, known: Known) -> tuple[list[Outcome], list[OutcomeReject]]:
    """The conclusions of a filled workbook that hold, and the rows that do not, each with its reason."""
    return checked(filled_rows(path), known)


def filled_rows(path: Path) -> list[FilledRow]:
    """Every row of 疑点清单 and 明细 in which the auditor filled a cell."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as failure:
        raise BadInput(f"{path.name} is not an Excel workbook (.xlsx): {type(failure).__name__}") from None
    try:
        sheets = [(name, fields) for name in book.sheetnames for fields in [_fields(name)] if fields]
        if not sheets:
            raise BadInput(f"{path.name} has no sheet {CASE_SHEET}; export it with `fundguard cases export`")
        return [row for name, fields in sheets for row in _sheet_rows(path, book[name], fields)]
    finally:
        book.close()


def _fields(sheet: str) -> Sequence[Field]:
    """The columns of a sheet that can be concluded on; none for another sheet. A long list goes on in 明细2."""
    base = sheet.rstrip("0123456789")
    return {CASE_SHEET: CASE_FIELDS, DETAIL_SHEET: DETAIL_FIELDS}.get(base, ())


def _sheet_rows(path: Path, sheet: Any, fields: Sequence[Field]) -> Iterator[FilledRow]:
    # Other programs may leave a wrong dimension; read_only mode would believe it.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True)
    headings = list(next(rows, ()))
    places = {field.key: headings.index(field.heading) for field in fields if field.heading in headings}
    missing = [field.heading for field in fields if field.entry and field.key not in places]
    if missing or "case_id" not in places:
        raise BadInput(f"{path.name}, sheet {sheet.title}: column {(missing or ['案件编号'])[0]} is missing")
    for row_no, values in enumerate(rows, start=2):
        cells = {key: values[place] if place < len(values) else None for key, place in places.items()}
        if any(cells.get(key) not in (None, "") for key in CONCLUDING):
            yield FilledRow(sheet.title, row_no, _target(cells), {field.key: cells[field.key] for field in ENTRY_FIELDS})


def _target(cells: Mapping[str, Any]) -> Target:
    """A row of 疑点清单 is a case; of 明细, a finding or a line."""
    if "level" not in cells:
        return Target(_key(cells["case_id"]) or "")
    finding = Target(_key(cells["case_id"]) or "", _key(cells["jr_id"]) or "")
    if cells["level"] == FINDING_LEVEL:
        return finding
    return Target(finding.case_id, finding.jr_id, _key(cells["mdtrt_id"]) or "", _key(cells["feedetl_sn"]) or "")


def _key(cell: Any) -> str | None:
    return None if cell is None else str(cell).strip()


def new_outcomes(outcomes: Sequence[Outcome], existing: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows to append to the table ``outcome``: those whose content is not in it yet, numbered on after its last ``seq``.

    So a workbook that is imported again adds nothing, and a changed conclusion is a further row.
    """
    rows = list(existing)
    seen = {row["outcome_id"] for row in rows}
    last = max((row["seq"] for row in rows), default=0)
    fresh = {outcome.outcome_id: outcome for outcome in outcomes if outcome.outcome_id not in seen}
    return [
        {"outcome_id": outcome_id, **asdict(outcome), "seq": seq}
        for seq, (outcome_id, outcome) in enumerate(fresh.items(), start=last + 1)
    ]
