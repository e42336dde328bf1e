"""S06 normal_rate and the peer groups of institutions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from tests.reference.job import Found, Job, fits
from tests.reference.types.similarity import robust_z
from tests.reference.values import day, integer, month_of, text


def rank_of(job: Job, institution: str, first: date, last: date) -> int | None:
    """Level by fixmedins_d, else by the institution's last settlement of the period."""
    level = integer(job.lake.institutions.get(institution, {}), "hosp_lv")
    own = [
        s
        for s in job.lake.settlements
        if text(s.row, "fixmedins_code") == institution and s.time and first <= s.time.date() <= last
    ]
    if text(job.lake.institutions.get(institution, {}), "hosp_lv") is None and own:
        level = integer(max(own, key=lambda s: (s.time, s.id)).row, "hosp_lv")
    return job.lake.profile.rank(level)


def outliers(job: Job, values: dict[str, Fraction], first: date, last: date, direction: str) -> Iterator[tuple[str, Fraction]]:
    """(institution, z) of those that stand out among institutions of their rank; all values have enough cases."""
    groups: dict[int, list[str]] = defaultdict(list)
    for institution in sorted(values):
        rank = rank_of(job, institution, first, last)
        if rank is not None:
            groups[rank].append(institution)
    for members in groups.values():
        peers = [values[x] for x in members]
        for institution in members if len(members) >= job.rule["min_peers"] else []:
            z = robust_z(values[institution], peers)
            is_high = z is not None and z >= job.rule["z_min"] and direction in ("high", "both")
            is_low = z is not None and z <= -job.rule["z_min"] and direction in ("low", "both")
            if z is not None and (is_high or is_low):
                yield institution, z


def normal_rate(job: Job) -> Iterator[Found]:
    """S06 normal_rate: institutions whose reports of the month are normal too often."""
    if not job.has("report_d") or not job.book.holds(job.rule, job.last_day):
        return
    results: dict[str, list[int]] = defaultdict(list)
    for visit in job.lake.visits:
        if visit.institution is None or not job.counted(visit, job.last_day):
            continue
        for row in job.lake.of_visit("report_d", visit):
            on = day(row, "exam_date") or day(row, "rpt_date")
            result = integer(row, "exam_rslt_abn")
            if month_of(on) == job.month and result in (0, 1) and fits(job.rule["item_codes"], text(row, "med_list_codg")):
                results[visit.institution].append(result or 0)
    enough = {x: r for x, r in results.items() if len(r) >= job.rule["min_cases"]}
    shares = {x: Fraction(r.count(0), len(r)) for x, r in enough.items()}
    first = job.last_day.replace(day=1)
    for institution, _ in outliers(job, shares, first, job.last_day, "high"):
        yield subject(job, institution, f"{institution}|{job.rule.rule_id}|{job.month}")


def subject(job: Job, institution: str, key: str) -> Found:
    """A finding about an institution, without lines and without money."""
    return Found([], grain="subject", money="none", stas=0, subject=key, institution=institution, month=job.month)
