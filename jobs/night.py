"""What changed since the last publication, and so which months are judged: the one place that decides a night's work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pyspark.sql import functions as F

from jobs.settings import Settings
from lake.publications import Publication, last
from lake.store import Lake
from lake.tables import (
    BILL_LINE,
    BILL_SETTLEMENT,
    BILL_VISIT,
    CASE_LIST,
    COVERAGE,
    FEE_LIST_D,
    FINDING,
    FINDING_DETL,
    REFUSE_LIST,
    REJECTS,
    SOURCE_TABLES,
    TASK,
)
from rules.judge import JudgedMonth

# Source rows and the rejects that say which of them do not exist; and what a night makes of them, which differs from the
# publication only where a night was cut off.
MADE = (BILL_LINE, BILL_VISIT, BILL_SETTLEMENT, FINDING, FINDING_DETL, REFUSE_LIST, COVERAGE, TASK, CASE_LIST)
WATCHED = (*SOURCE_TABLES, REJECTS.name, *(table.name for table in MADE))


@dataclass(frozen=True)
class Judged:
    """How a published month was judged."""

    rulebook_ver: str
    settings_digest: str
    as_of: date
    history_from: date


def is_stale(lake: Lake, settings: Settings, published: Publication | None) -> bool:
    """Whether bills and findings must be made anew: rows came, a night was cut off, or a setting that decides them changed."""
    if published is None:
        return True
    now = lake.versions()
    if any(now.get(name) != published.versions.get(name) for name in WATCHED):
        return True
    judged = judged_months(lake, published)
    return any(month.settings_digest != settings.result_digest() for month in judged.values())


def judged_months(lake: Lake, published: Publication | None) -> dict[str, Judged]:
    """How each month of the last publication was judged."""
    if published is None or TASK.name not in published.versions:
        return {}
    return {
        row.month: Judged(row.rulebook_ver, row.settings_digest, row.as_of, row.history_from)
        for row in lake.read(TASK, published.versions[TASK.name]).collect()
    }


def may_judge_part(lake: Lake, settings: Settings, published: Publication, rulebook_ver: str, history_from: date) -> bool:
    """Whether what new rows touch is all that can have moved in the months judged before.

    Not so where the rule base, the settings or the first day of history differ, where a table came for the first time,
    where a night was cut off, or where a type was held back: then the whole is judged.
    """
    judged = judged_months(lake, published)
    as_wanted = (rulebook_ver, settings.result_digest(), history_from)
    judged_so = all((was.rulebook_ver, was.settings_digest, was.history_from) == as_wanted for was in judged.values())
    cut_off = any(lake.version(table) != published.versions.get(table.name, -1) for table in MADE)
    first_time = any(lake.exists(table) and name not in published.versions for name, table in SOURCE_TABLES.items())
    held_back = not lake.read(COVERAGE).where("state = 'held_back'").isEmpty()
    return bool(judged) and judged_so and not (cut_off or first_time or held_back)


def first_day(lake: Lake, settings: Settings) -> date:
    """First day of the history: the setting, else the earliest fee_ocur_time in the lake."""
    if settings.history_from:
        return settings.history_from
    earliest = lake.read(FEE_LIST_D).agg(F.min("fee_ocur_time").cast("date")).first()
    return (earliest[0] if earliest else None) or date(1900, 1, 1)


def as_of(month: str, business_date: date, settings: Settings, before: Judged | None = None) -> date:
    """Day up to which waiting times are over: the setting, else the earlier of the month's end and the business date.

    ``before``: how the month was judged, where nobody asks for it now. A night of an earlier business date, such as a late
    backfill, does not take a later month back behind the day that it was judged as of.
    """
    if settings.as_of:
        return settings.as_of
    day = max(business_date, before.as_of) if before else business_date
    return min(last_day(month), day)


def last_day(month: str) -> date:
    """The last day of a month YYYY-MM."""
    in_next = date.fromisoformat(f"{month}-28") + timedelta(days=4)
    return in_next - timedelta(days=in_next.day)


def months_to_judge(asked: Sequence[str], judged: dict[str, Judged], changed: bool, wanted: dict[str, Judged]) -> list[str]:
    """The asked months, and where rows changed every month judged before; months judged just so already are left out.

    A changed row of a person can move what is found in any month of that person's (a limit by year, an earlier drug, a
    trace code), so months are judged whole. ``wanted``: how each of them would be judged now.
    """
    months = sorted({*asked, *(judged if changed else ())})
    return [month for month in months if changed or judged.get(month) != wanted[month]]


def plan(
    lake: Lake, settings: Settings, asked: Sequence[str], business_date: date, rulebook_ver: str, changed: bool
) -> tuple[list[JudgedMonth], date]:
    """The months to judge now, and the first day of the history."""
    judged = judged_months(lake, last(lake))
    history_from = first_day(lake, settings)
    wanted = {
        month: Judged(rulebook_ver, settings.result_digest(), as_of(month, business_date, settings, before), history_from)
        for month, before in {**judged, **dict.fromkeys(asked)}.items()
    }
    months = months_to_judge(asked, judged, changed, wanted)
    return [JudgedMonth(month, wanted[month].as_of) for month in months], history_from
