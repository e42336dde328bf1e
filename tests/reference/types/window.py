"""Shape window: V09, V12, V16, V26. Counts, days or amounts summed per window."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from fractions import Fraction

from tests.reference.bills import Line
from tests.reference.job import ZERO, Fault, Found, Job, allocate, by_amount, fits, whole
from tests.reference.types.line import diseases_of
from tests.reference.values import as_number, half_up
from tests.reference.windows import grouped, same_window


def payable_course(job: Job) -> Iterator[Found]:
    """V09: lines without prd_days are left out where days are counted by it."""
    rule = job.rule
    lines = job.eligible_lines(rule["med_list_codg"])
    if rule["day_basis"] == "prd_days":
        lines = [x for x in lines if _prd_days(x) > 0]
    for group in _periods(rule["period"], rule["restart_gap"], lines):
        if rule["day_basis"] == "date":
            dates = sorted({x.date for x in group})
            faults = [whole(x) for x in group if dates.index(x.date) >= rule["max_days"]]
            last = dates[rule["max_days"] - 1] if 0 < rule["max_days"] <= len(dates) else None
            related = [x for x in group if x.date == last]
        else:
            faults, related = _above(group, rule["max_days"])
        if faults:
            yield Found(faults, list(related))


def _above(group: list[Line], max_days: int) -> tuple[list[Fault], list[Line]]:
    """The lines with days above the limit, and the last line without."""
    used, faults, payable = ZERO, [], []
    for line in group:
        days = _prd_days(line)
        used += days
        excess = min(days, used - max_days)
        if excess > 0:
            amt = min(half_up(line.amt * excess / days, 2), line.amt)
            faults.append(Fault(line, amt, half_up(line.cnt * excess / days, 4)))
        else:
            payable.append(line)
    return faults, payable[-1:]


def _periods(period: str, restart_gap: int | None, lines: list[Line]) -> list[list[Line]]:
    if period != "course":
        return list(grouped(period, lines).values())
    courses: list[list[Line]] = []
    persons: dict[str | None, list[Line]] = defaultdict(list)
    for line in lines:
        persons[line.person].append(line)
    for person, own in persons.items():
        previous = None
        for line in own if person else []:
            if previous is None or (line.date != previous and (line.date - previous).days >= (restart_gap or 0)):
                courses.append([])
            courses[-1].append(line)
            previous = line.date
    return courses


def _prd_days(line: Line) -> Fraction:
    """prd_days; 0 if missing."""
    return as_number(line.get("prd_days")) or ZERO


def payment_limit(job: Job) -> Iterator[Found]:
    """V12."""
    rule = job.rule
    lines = [
        x
        for x in job.eligible_lines(rule["item_codes"])
        if not rule["opsp_dise_code"] or fits_any(rule["opsp_dise_code"], diseases_of(x))
        if not rule["list_type"] or x.get("list_type") in rule["list_type"]
    ]
    for window in grouped(rule["period"], lines).values():
        by_inscp = rule["measure"] == "inscp"
        rest = sum((x.inscp if by_inscp else x.amt for x in window), ZERO) - rule["limit_amt"]
        faults = []
        for line in reversed(window):
            measure = line.inscp if by_inscp else line.amt
            excess = min(measure, rest)
            if excess > 0:
                faults.append(by_amount(line, excess * line.amt / line.inscp if by_inscp else excess))
                rest -= excess
        if faults:
            yield Found(faults, list(window), related_in_visit=True)


def fits_any(wanted: list[str], codes: list[str]) -> bool:
    """Whether one of the codes is wanted."""
    return any(fits(wanted, code) for code in codes)


def frequency_limit(job: Job) -> Iterator[Found]:
    """V16: inpatient visits and others apart."""
    rule = job.rule
    lines = job.eligible_lines(rule["item_codes"])
    for inpatient, per_window in ((True, rule["limit_ipt"]), (False, rule["limit_otp"])):
        counted = [x for x in lines if x.visit.is_inpatient is inpatient]
        if per_window is None or (rule["window"] == "stay" and not inpatient):
            continue
        for window in _v16_windows(job, counted):
            limit = per_window
            if rule["window"] == "stay":
                days = stay_days(window[0], rule["day_rule"])
                if days is None:
                    continue
                limit = per_window * days
            excess = sum((x.cnt for x in window), ZERO) - limit
            if excess > 0:
                yield Found(allocate(window, excess), list(window), related_in_visit=True)


def _v16_windows(job: Job, counted: list[Line]) -> list[list[Line]]:
    if job.rule["window"] != "block":
        return list(grouped(job.rule["window"], counted).values())
    blocks: dict[Hashable, list[Line]] = defaultdict(list)
    for visit_lines in grouped("visit", counted).values():
        for line in visit_lines:
            number = (line.date - visit_lines[0].date).days // job.rule["block_days"]
            blocks[line.mdtrt_id, number].append(line)
    return list(blocks.values())


def stay_days(line: Line, day_rule: str) -> int | None:
    """Stay days of the line's visit, by nights or by both ends."""
    if line.visit.begin is None or line.visit.end is None:
        return None
    nights = (line.visit.end.date() - line.visit.begin.date()).days
    return nights + 1 if day_rule == "both" else max(1, nights)


def tcm_slices(job: Job) -> Iterator[Found]:
    """V26."""
    rule = job.rule
    lines = [x for x in job.eligible_lines(rule["med_list_codg"]) if x.get("list_type") == "103"]
    if rule["variant"] == "never":
        yield from (Found([whole(x)]) for x in lines)
    elif rule["variant"] == "single":
        for line in lines:
            slices = [x for x in same_window("rx", line, job.lake.lines) if x.get("list_type") == "103"]
            is_alone = bool(slices) and {x.code for x in slices} == {line.code}
            if is_alone and line.get("tcmdrug_used_way") not in (None, "1"):
                # Nothing is counted here, so there is no other counted line (clarification 12).
                yield Found([whole(line)])
    else:
        yield from _grams(job, lines)


def _grams(job: Job, lines: list[Line]) -> Iterator[Found]:
    unit, limit = job.rule["unit_grams"], job.rule["max_grams"]
    for window in grouped("rx", lines).values():
        allowed = limit
        if job.rule["variant"] == "daily":
            days = {_prd_days(x) for x in window}
            if len(days) != 1 or min(days) <= 0:
                continue
            allowed = limit * min(days)
        excess = half_up(max(ZERO, sum((x.cnt for x in window), ZERO) * unit - allowed) / unit, 4)
        if excess > 0:
            yield Found(allocate(window, excess), list(window))
