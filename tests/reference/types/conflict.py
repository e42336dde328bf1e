"""V29: hard conflicts of time, identity or codes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction

from tests.reference.bills import Line, Visit
from tests.reference.diagnoses import match
from tests.reference.job import Found, Job, fits, whole, whole_visit
from tests.reference.types.diagnosis import in_operations
from tests.reference.values import age, date_of, day, text

LINE_VARIANTS = ("outside_stay", "while_inpatient", "after_death", "trace_code")


def hard_conflict(job: Job) -> Iterator[Found]:
    """V29."""
    variant = job.rule["variant"]
    if variant not in LINE_VARIANTS:
        yield from (whole_visit(v) for v in job.judged_visits() if _visit_conflict(job, v))
        return
    for line in job.eligible_lines():
        is_elsewhere = line.flag("etip_flag") == 1 or line.flag("rx_circ_flag") == 1
        if is_elsewhere or fits(job.rule["exempt_codes"], line.code):
            continue
        if variant == "outside_stay" and _outside_stay(job, line):
            yield Found([whole(line)])
        elif variant == "while_inpatient" and (stays := _stays_elsewhere(job, line)):
            yield Found([whole(line)], list(stays))
        elif variant == "after_death" and _after_death(job, line):
            yield Found([whole(line)])
        elif variant == "trace_code" and (earlier := _same_trace(job, line)):
            yield Found([whole(line)], [earlier])


def _grace(job: Job) -> timedelta:
    return timedelta(seconds=float(Fraction(job.rule["grace_hours"]) * 3600))


def _outside_stay(job: Job, line: Line) -> bool:
    visit = line.visit
    if not visit.is_inpatient:
        return False
    too_early = visit.begin is not None and line.time < visit.begin - _grace(job)
    return too_early or (visit.end is not None and line.time > visit.end + _grace(job))


def _stays_elsewhere(job: Job, line: Line) -> list[Visit]:
    if line.visit.is_inpatient is not False or line.visit.institution is None:
        return []
    return [
        v
        for v in job.lake.of_person(line.person)
        if v.visit_class == "IPT" and v.begin and v.end
        if v.institution is not None and v.institution != line.visit.institution
        if v.begin + _grace(job) < line.time < v.end - _grace(job)
    ]


def _after_death(job: Job, line: Line) -> bool:
    died = day(job.lake.persons.get(line.person, {}), "die_date")
    if died is None:
        own = [r for r in job.lake.valid_visit_rows.values() if line.person and text(r, "psn_no") == line.person]
        died = max((d for r in own if (d := day(r, "die_date"))), default=None)
    if died is None:
        return False
    midnight = datetime(died.year, died.month, died.day) + timedelta(days=1)  # noqa: DTZ001
    return line.time > midnight + _grace(job)


def _same_trace(job: Job, line: Line) -> Line | None:
    """The first earlier line of anyone with one of the line's trace codes."""
    own = _traces(line)
    earlier = (x for x in job.lake.lines if x.order < line.order and x.cnt >= 1 and own & _traces(x))
    return next(earlier, None) if own and line.cnt >= 1 else None


def _traces(line: Line) -> set[str]:
    return {code.strip() for code in (line.get("drug_trac_codg") or "").split(",") if code.strip()}


def _visit_conflict(job: Job, visit: Visit) -> bool:
    rule = job.rule
    variant = rule["variant"]
    if variant.startswith("oprn_"):
        if not any(in_operations(rule["code_set"], r) for r in job.lake.of_visit("oprn_d", visit)):
            return False
    elif match(rule["code_set"], visit.codes) is not True:
        return False
    if variant in ("diag_sex", "oprn_sex"):
        return visit.gend is not None and visit.gend != int(rule["allowed_gend"])
    if variant == "oprn_diag":
        return match(rule["required_diag"], visit.codes) is False
    years = age(visit.brdy, date_of(visit.begin), rule["age_unit"])
    low, high = rule["age_min"], rule["age_max"]
    return years is not None and ((low is not None and years < low) or (high is not None and years > high))
