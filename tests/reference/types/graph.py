"""Shape graph: S11. Persons joined by edges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from datetime import date
from fractions import Fraction
from itertools import combinations

from tests.reference.bills import Visit
from tests.reference.job import ZERO, Fault, Found, Job
from tests.reference.types.similarity import jaccard
from tests.reference.values import half_up, integer, months_before, text

Edge = tuple[str, str]


def collusion_offsite(job: Job) -> Iterator[Found]:
    """S11."""
    if not job.book.holds(job.rule, job.last_day):
        return
    stays = [v for v in job.lake.visits if v.visit_class == "IPT" and v.person and v.institution and v.begin]
    counted = [v for v in stays if job.counted(v, job.last_day)]
    if job.rule["variant"] == "offsite":
        yield from _offsite(job, [v for v in counted if v.month == job.month])
        return
    edges = _co_admissions(job, counted) if job.rule["variant"] == "co_admit" else _similar(job, counted)
    for persons in _components(list(edges)):
        if len(persons) < job.rule["min_size"]:
            continue
        visits = {v.id: v for edge, own in edges.items() if edge[0] in persons for v in own}
        paid = [visits[key] for key in sorted(visits) if visits[key].fund > 0]
        if paid:
            yield _group(job, paid, f"{job.month}|{min(visits)}")


def _group(job: Job, visits: list[Visit], key: str) -> Found:
    faults = [Fault(v, v.fund, ZERO) for v in visits]
    return Found(faults, grain="subject", money="visit", stas=0, subject=key, month=job.month)


def _admitted(visit: Visit) -> date:
    assert visit.begin
    return visit.begin.date()


def _co_admissions(job: Job, stays: list[Visit]) -> dict[Edge, list[Visit]]:
    """Edge between two persons → their stays of the month with a partner stay in it."""
    rule = job.rule
    first = months_before(job.month, rule["lookback_months"] - 1)
    blocks: dict[Hashable, list[Visit]] = defaultdict(list)
    for visit in stays:
        if visit.month and first <= visit.month <= job.month:
            blocks[visit.institution, _admitted(visit)].append(visit)
    kept = [v for block in blocks.values() if len(block) <= rule["max_block"] for v in block]
    shared: dict[Edge, list[tuple[Visit, Visit]]] = defaultdict(list)
    for a, b in combinations(kept, 2):
        is_near = abs((_admitted(a) - _admitted(b)).days) <= rule["gap_days"]
        if a.person != b.person and a.institution == b.institution and is_near and _same_employer(job, a, b):
            low, high = sorted((a, b), key=lambda v: str(v.person))
            shared[str(low.person), str(high.person)].append((low, high))
    edges = {}
    for edge, pairs in shared.items():
        dates = [len({_admitted(pair[side]) for pair in pairs}) for side in (0, 1)]
        in_month = [pair for pair in pairs if all(v.month == job.month for v in pair)]
        if min(dates) >= rule["min_common"] and in_month:
            edges[edge] = [v for pair in in_month for v in pair]
    return edges


def _same_employer(job: Job, a: Visit, b: Visit) -> bool:
    if job.rule["same_employer"] != 1:
        return True
    employers = [text(job.lake.persons.get(v.person, {}), "emp_no") for v in (a, b)]
    return employers[0] is not None and employers[0] == employers[1]


def _similar(job: Job, stays: list[Visit]) -> dict[Edge, list[Visit]]:
    """Edge between two persons → their similar stays of the month."""
    blocks: dict[Hashable, list[Visit]] = defaultdict(list)
    for visit in stays:
        if visit.month == job.month and visit.main and visit.fee is not None:
            blocks[visit.institution, visit.main[:3], visit.fee // job.rule["fee_bucket"]].append(visit)
    edges: dict[Edge, list[Visit]] = defaultdict(list)
    for block in blocks.values():
        for a, b in combinations(block, 2) if len(block) <= job.rule["max_block"] else []:
            similarity = jaccard(a, b)
            if a.person != b.person and similarity is not None and similarity >= job.rule["min_sim"]:
                low, high = sorted((str(a.person), str(b.person)))
                edges[low, high] += [a, b]
    return edges


def _components(edges: list[Edge]) -> list[set[str]]:
    """Connected components of persons."""
    groups: list[set[str]] = []
    for edge in edges:
        touched = [group for group in groups if group & set(edge)]
        groups = [group for group in groups if not group & set(edge)]
        groups.append(set(edge).union(*touched))
    return groups


def _offsite(job: Job, stays: list[Visit]) -> Iterator[Found]:
    groups: dict[tuple[str, str], list[Visit]] = defaultdict(list)
    for visit in stays:
        area = text(visit.last.row, "insu_admdvs")
        if area and integer(visit.last.row, "pay_loc") in (3, 4):
            groups[str(visit.institution), area].append(visit)
    for (institution, area), visits in groups.items():
        everyone = [v for v in stays if v.institution == institution]
        share = half_up(Fraction(len(visits), len(everyone)), 4)
        paid = [v for v in visits if v.fund > 0]
        if len({v.person for v in visits}) >= job.rule["min_size"] and share >= job.rule["min_share"] and paid:
            yield _group(job, paid, f"{institution}|{area}|{job.month}")
