"""Shape supply: V20, V21, V22. Days of drug supply and doses."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from tests.reference.bills import Line
from tests.reference.diagnoses import match
from tests.reference.job import ZERO, Found, Job, allocate, by_count, fits, untouched, whole
from tests.reference.types.orders import order_code, orders_of
from tests.reference.values import age, as_number, half_up, integer, number, text
from tests.reference.windows import grouped


def overdose(job: Job) -> Iterator[Found]:
    """V20."""
    rule = job.rule
    if rule["basis"] == "order" and not job.has("drord_d"):
        return
    limit = rule["max_daily_dose"] * rule["tolerance"]
    for line in job.eligible_lines(rule["med_list_codg"]):
        daily = _ordered_dose(job, line) if rule["basis"] == "order" else _charged_dose(job, line)
        if daily is None or daily <= limit or not _in_band(job, line):
            continue
        take = half_up(line.cnt * (daily - limit) / daily, 4)
        if take > 0:
            yield Found([by_count(line, take)])


def _in_band(job: Job, line: Line) -> bool:
    low, high = job.rule["age_min"], job.rule["age_max"]
    years = age(line.brdy, line.date, "year")
    if low is None and high is None:
        return True
    return years is not None and (low is None or years >= low) and (high is None or years <= high)


def _ordered_dose(job: Job, line: Line) -> Fraction | None:
    for row in orders_of(job, line.visit):
        if text(row, "drord_no") != line.get("rx_drord_no") or integer(row, "drord_type") not in (1, 2):
            continue
        unit = (text(row, "medn_used_dosunt") or "").strip().upper()
        dose = number(row, "medn_used_sdose")
        times = job.lake.profile.times_a_day(text(row, "medn_use_frqu"))
        is_same = line.code is not None and order_code(job, line.visit, row) == line.code
        if is_same and unit == job.rule["dose_unit"].strip().upper() and dose is not None and times is not None:
            return dose * times
    return None


def _charged_dose(job: Job, line: Line) -> Fraction | None:
    days = as_number(line.get("prd_days"))
    is_outpatient = line.visit.is_inpatient is False or line.flag("dscg_tkdrug_flag") == 1
    if not is_outpatient or days is None or days <= 0:
        return None
    return Fraction(line.cnt * job.rule["unit_dose"] / days)


def supply_days(job: Job, line: Line) -> Fraction | None:
    """Days that a line supplies: by packs if the row says how, else prd_days."""
    pack, daily = job.rule["pack_units"], job.rule["daily_units"]
    if pack is not None and daily is not None:
        return Fraction(line.cnt * pack / daily)
    days = as_number(line.get("prd_days"))
    return days if days is not None and days > 0 else None


def total_days(job: Job, lines: list[Line]) -> Fraction | None:
    """Days that lines supply together; unknown if one is."""
    days = [supply_days(job, line) for line in lines]
    known = [d for d in days if d is not None]
    return sum(known, ZERO) if len(known) == len(days) else None


def whole_packs(job: Job, lines: list[Line], excess_days: Fraction, days: Fraction) -> int:
    """Whole packs that the excess days are."""
    pack, daily = job.rule["pack_units"], job.rule["daily_units"]
    if pack is not None and daily is not None:
        return math.floor(excess_days * daily / pack)
    return math.floor(sum((x.cnt for x in lines), ZERO) * excess_days / days)


def over_supply(job: Job) -> Iterator[Found]:
    """V21."""
    rule = job.rule
    lines = [x for x in job.eligible_lines(rule["med_list_codg"]) if x.visit.is_inpatient is False]
    if rule["variant"] == "kinds":
        listed = [x for x in lines if x.get("list_type") in rule["list_type"] and x.code is not None]
        for window in grouped("rx", listed).values():
            yield from _surplus_kinds(window, rule["max_kinds"])
    elif rule["variant"] == "supply":
        for window in grouped("day", lines).values():
            yield from _surplus_days(job, window, rule["max_days"])
    else:
        yield from _early(job, lines)


def _surplus_kinds(window: list[Line], max_kinds: int) -> Iterator[Found]:
    """Lines of the kinds beyond the limit, in the order of their first lines."""
    kinds = list(dict.fromkeys(line.code for line in window))
    faults = [whole(line) for line in window if kinds.index(line.code) >= max_kinds]
    if faults:
        yield Found(faults)


def _surplus_days(job: Job, window: list[Line], limit: Fraction) -> Iterator[Found]:
    days = total_days(job, window)
    if days is None or days <= limit:
        return
    packs = whole_packs(job, window, days - limit, days)
    if packs >= 1:
        faults = allocate(window, Fraction(packs))
        yield Found(faults, untouched(window, faults))


def _early(job: Job, lines: list[Line]) -> Iterator[Found]:
    rule = job.rule
    dispensed = [x for x in job.lake.lines if fits(rule["med_list_codg"], x.code) and x.visit.is_inpatient is False]
    by_day: dict[tuple[str, date], list[Line]] = defaultdict(list)
    for line in lines:
        if line.person:
            by_day[line.person, line.date].append(line)
    for (person, on), today in by_day.items():
        dates = [x.date for x in dispensed if x.person == person and x.date < on]
        if not dates:
            continue
        previous = [x for x in dispensed if x.person == person and x.date == max(dates)]
        before, now = total_days(job, previous), total_days(job, today)
        if before is None or now is None:
            continue
        excess_days = min(before - (on - max(dates)).days - rule["advance_days"], now)
        packs = whole_packs(job, today, excess_days, now) if excess_days > 0 else 0
        if packs >= 1:
            faults = allocate(today, Fraction(packs))
            yield Found(faults, [*previous, *untouched(today, faults)])


def discharge_drugs(job: Job) -> Iterator[Found]:
    """V22."""
    rule = job.rule
    code = rule["med_list_codg"] if rule["variant"] == "days" else None
    lines = [x for x in job.eligible_lines(code) if x.visit.is_inpatient and x.flag("dscg_tkdrug_flag") == 1]
    if rule["variant"] == "item":
        yield from (Found([whole(x)]) for x in lines if x.get("list_type") in ("201", "301"))
    elif rule["variant"] == "kinds":
        drugs = [x for x in lines if x.get("list_type") in ("101", "102", "103") and x.code is not None]
        for window in grouped("visit", drugs).values():
            yield from _surplus_kinds(window, rule["max_kinds"])
    else:
        for window in grouped("visit", lines).values():
            limit = rule["max_days"]
            if rule["chronic_set"] and match(rule["chronic_set"], window[0].visit.codes) is not False:
                limit = rule["chronic_max_days"]
            yield from _surplus_days(job, window, limit)
