"""Shape person: S04, S08. The visits of one person in a period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from datetime import date, timedelta
from fractions import Fraction

from tests.reference.bills import Visit
from tests.reference.diagnoses import match
from tests.reference.job import Found, Job, whole_visit
from tests.reference.types.diagnosis import in_operations
from tests.reference.types.similarity import robust_z
from tests.reference.values import EARLIEST, age, integer, text


def high_frequency_use(job: Job) -> Iterator[Found]:
    """S08."""
    rule = job.rule
    for (person, first), visits in _by_period(job).items():
        places = list(dict.fromkeys(v.institution for v in visits if v.institution))
        if rule["metric"] == "visits":
            beyond = visits[rule["max_count"] :]
            related = visits[: rule["max_count"]][-1:]
        else:
            beyond = [v for v in visits if v.institution and places.index(v.institution) >= rule["max_count"]]
            related = visits[: visits.index(beyond[0])][-1:] if beyond else []
        if beyond and _stands_out(job, person, first):
            for visit in beyond:
                if visit.fund > 0:
                    yield whole_visit(visit, list(related))


def _by_period(job: Job) -> dict[tuple[str, date], list[Visit]]:
    """Counted visits in order, by person and first day of the period."""
    groups: dict[tuple[str, date], list[Visit]] = defaultdict(list)
    for visit in job.lake.visits:
        if visit.person and visit.begin and job.counted(visit):
            on = visit.begin.date()
            first = {"day": on, "month": on.replace(day=1), "year": on.replace(month=1, day=1)}[job.rule["period"]]
            groups[visit.person, first].append(visit)
    for visits in groups.values():
        visits.sort(key=lambda v: (v.begin or EARLIEST, v.id))
    return groups


def _stands_out(job: Job, person: str, first: date) -> bool:
    if job.rule["z_min"] is None:
        return True
    groups = {who: visits for (who, day_), visits in _by_period(job).items() if day_ == first}
    likeness = {who: _likeness(visits, first) for who, visits in groups.items()}
    if likeness[person] is None:
        return False
    peers = [who for who in groups if likeness[who] == likeness[person]]
    counts = {who: Fraction(_count(job, groups[who])) for who in peers}
    z = robust_z(counts[person], list(counts.values())) if len(peers) >= job.rule["min_peers"] else None
    return z is not None and z >= job.rule["z_min"]


def _count(job: Job, visits: list[Visit]) -> int:
    if job.rule["metric"] == "visits":
        return len(visits)
    return len({v.institution for v in visits if v.institution})


def _likeness(visits: list[Visit], first: date) -> Hashable | None:
    """Insurance, sex and age decade by the last settlement; None if one is unknown."""
    last = max(visits, key=lambda v: (v.last.time or EARLIEST, v.last.id))
    insutype, years = text(last.last.row, "insutype"), age(last.brdy, first, "year")
    if insutype is None or last.gend is None or years is None:
        return None
    return insutype, last.gend, years // 10


def impersonation(job: Job) -> Iterator[Found]:
    """S04."""
    by_variant = {
        "overlap_stay": _overlapping,
        "distant": _distant,
        "organ": _after_removal,
        "id_mismatch": _mismatch,
        "card_cluster": _cluster,
    }
    for visit in job.judged_visits():
        others = by_variant[job.rule["variant"]](job, visit)
        if others is not None:
            yield whole_visit(visit, list(others))


def _overlapping(job: Job, visit: Visit) -> list[Visit] | None:
    if visit.visit_class != "IPT" or not visit.begin or not visit.end:
        return None
    least = timedelta(seconds=float(job.rule["min_hours"] * 3600))
    earlier = [
        v
        for v in job.lake.of_person(visit.person)
        if v is not visit and v.visit_class == "IPT" and v.begin and v.end
        if v.institution and visit.institution and v.institution != visit.institution
        if (v.begin, v.id) < (visit.begin, visit.id)
        if min(v.end, visit.end) - max(v.begin, visit.begin) > least
    ]
    return earlier or None


def _distant(job: Job, visit: Visit) -> list[Visit] | None:
    outpatient = [v for v in job.lake.of_person(visit.person) if v.visit_class not in (None, "IPT", "PHARM") and v.last.time]
    outpatient.sort(key=lambda v: (v.last.time or EARLIEST, v.id))
    if visit not in outpatient or outpatient.index(visit) == 0:
        return None
    previous = outpatient[outpatient.index(visit) - 1]
    places = [integer(v.last.row, "pay_loc") for v in (previous, visit)]
    areas = [text(job.lake.institutions.get(v.institution, {}), "admdvs") for v in (previous, visit)]
    if None in places or 5 in places or areas[0] is None or areas[1] is None or areas[0][:4] == areas[1][:4]:
        return None
    assert visit.last.time
    assert previous.last.time
    least = timedelta(seconds=float(job.rule["min_hours"] * 3600))
    return [previous] if visit.last.time - previous.last.time < least else None


def _after_removal(job: Job, visit: Visit) -> list[Visit] | None:
    if match(job.rule["later_diag"], visit.codes) is not True:
        return None
    removed = [
        v
        for v in job.lake.of_person(visit.person)
        if v.end and visit.begin and v.end < visit.begin
        if any(in_operations(job.rule["removed_oprn"], r) for r in job.lake.of_visit("oprn_d", v))
    ]
    return removed or None


def _mismatch(job: Job, visit: Visit) -> list[Visit] | None:
    return [] if any(integer(r, "id_match_flag") == 0 for r in job.lake.of_visit("onsite_d", visit)) else None


def _cluster(job: Job, visit: Visit) -> list[Visit] | None:
    minutes, clusters = job.rule["cluster_minutes"], defaultdict(set)
    visits = {v.id: v for v in job.lake.visits if job.counted(v)}
    for s in job.lake.settlements:
        if s.mdtrt_id in visits and s.time:
            bucket = (s.time.hour * 60 + s.time.minute) // minutes
            clusters[text(s.row, "fixmedins_code"), s.time.date(), bucket, s.fund].add(s.mdtrt_id)
    own: list[set[str]] = []
    for (institution, *_), members in clusters.items():
        persons = {visits[m].person for m in members if visits[m].person}
        if institution and visit.id in members and len(persons) >= job.rule["cluster_persons"]:
            own.append(members)
    if not own:
        return None
    return [visits[m] for m in sorted(set().union(*own) - {visit.id})]
