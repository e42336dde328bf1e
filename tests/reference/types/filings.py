"""Whether a person has a filing: true, false, or unknown."""

from __future__ import annotations

from datetime import date

from tests.reference.job import Job
from tests.reference.values import any_of, day, text


def has_filing(job: Job, person: str | None, kinds: list[str], on: date, diseases: list[str] | None = None) -> bool | None:
    """A filing of one of the kinds (and diseases) that covers the day; without begndate it leaves the answer open."""
    truths: list[bool | None] = []
    for row in job.lake.rows.get("filing_d", []):
        if text(row, "psn_no") != person:
            continue
        kind, disease = text(row, "filing_type"), text(row, "opsp_dise_code")
        if (kind is not None and kind not in kinds) or (diseases and disease is not None and disease not in diseases):
            continue
        begin, end = day(row, "begndate"), day(row, "enddate")
        is_open = kind is None or (bool(diseases) and disease is None) or begin is None
        covers = begin is not None and begin <= on and (end is None or on <= end)
        truths.append(None if is_open and (covers or begin is None) else covers)
    return any_of(truths)
