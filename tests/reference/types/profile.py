"""Shape profile: S09, S10. An institution against its own stock or its peers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from tests.reference.bills import Line, Visit
from tests.reference.diagnoses import main_match
from tests.reference.job import ZERO, Found, Job, allocate, fits, untouched, whole
from tests.reference.types.peers import outliers, subject
from tests.reference.values import day, month_of, number, text

STOCKED = ("101", "102", "103", "301")


def substitution_stock(job: Job) -> Iterator[Found]:
    """S09."""
    if job.rule["variant"] == "map":
        yield from _mapped_elsewhere(job)
    elif job.has("inventory_d"):
        yield from _sold_too_much(job)


def _mapped_elsewhere(job: Job) -> Iterator[Found]:
    for line in job.eligible_lines(job.rule["item_codes"]):
        if line.get("list_type") not in STOCKED or line.inscp <= 0 or line.code is None:
            continue
        codes = [
            text(r, "med_list_codg")
            for r in job.lake.rows.get("medins_map_d", [])
            if text(r, "fixmedins_code") == line.visit.institution
            if line.get("medins_list_codg") and text(r, "medins_list_codg") == line.get("medins_list_codg")
            if _covers(day(r, "begndate"), day(r, "enddate"), line.date)
        ]
        if codes and None not in codes and line.code not in codes:
            yield Found([whole(line)])


def _covers(begin: date | None, end: date | None, on: date) -> bool:
    return (begin is None or begin <= on) and (end is None or on <= end)


def _sold_too_much(job: Job) -> Iterator[Found]:
    sold: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in job.profile_lines(job.rule["item_codes"]):
        in_month = month_of(line.date) == job.month and line.get("list_type") in STOCKED
        if in_month and line.code and line.visit.institution:
            sold[line.visit.institution, line.code].append(line)
    for (institution, code), lines in sold.items():
        available = _available(job, institution, code)
        if available is None:
            continue
        excess = sum((x.cnt for x in lines), ZERO) - available
        if excess > max(job.rule["tolerance_cnt"], available * job.rule["tolerance_pct"]):
            faults = allocate(lines, excess)
            key = f"{institution}|{code}|{job.month}"
            yield Found(
                faults,
                untouched(lines, faults),
                grain="subject",
                subject=key,
                institution=institution,
                month=job.month,
            )


def _available(job: Job, institution: str, code: str) -> Fraction | None:
    for row in job.lake.rows["inventory_d"]:
        if (text(row, "fixmedins_code"), text(row, "med_list_codg"), text(row, "ym")) == (institution, code, job.month):
            opened, bought, closed = (number(row, name) for name in ("open_cnt", "buy_cnt", "close_cnt"))
            if opened is None or bought is None or closed is None:
                return None
            stock = opened + bought - (number(row, "return_cnt") or ZERO) - closed
            return max(ZERO, stock * job.rule["unit_factor"])
    return None


MONTHS = {"month": 1, "quarter": 3, "year": 12}
KINDS = {
    "drug_share": ("09", "10", "11"),
    "exam_share": ("03", "04"),
    "treat_share": ("05", "06"),
    "material_share": ("08",),
}


def cost_structure_deviation(job: Job) -> Iterator[Found]:
    """S10: judged in the task of the period's last month."""
    rule = job.rule
    length, month = MONTHS[rule["period"]], job.last_day.month
    if month % length or not job.book.holds(rule, job.last_day):
        return
    first = date(job.last_day.year, month - length + 1, 1)
    stays: dict[str, list[Visit]] = defaultdict(list)
    for visit in job.lake.visits:
        is_stay = visit.visit_class == "IPT" and visit.institution and visit.end and visit.begin
        if is_stay and _in_group(job, visit, first) and job.counted(visit, job.last_day):
            stays[str(visit.institution)].append(visit)
    values = {}
    for institution, own in stays.items():
        value = _value(job, own) if len(own) >= rule["min_cases"] else None
        if value is not None:
            values[institution] = value
    year = job.last_day.year
    period = {"month": job.month, "quarter": f"{year}-Q{(month + 2) // 3}", "year": str(year)}[rule["period"]]
    for institution, _ in outliers(job, values, first, job.last_day, rule["direction"]):
        yield subject(job, institution, f"{institution}|{rule.rule_id}|{period}")


def _in_group(job: Job, visit: Visit, first: date) -> bool:
    assert visit.end
    if not first <= visit.end.date() <= job.last_day:
        return False
    if job.rule["metric"] == "readmit_rate" and (job.as_of - visit.end.date()).days < 31:
        return False
    if job.rule["oprn_flag"] is not None:
        if not job.has("oprn_d"):
            return False
        if bool(job.lake.of_visit("oprn_d", visit)) != (job.rule["oprn_flag"] == "1"):
            return False
    return job.rule["diag_set"] is None or main_match(job.rule["diag_set"], visit.diagnoses) is True


def _value(job: Job, stays: list[Visit]) -> Fraction | None:
    metric = job.rule["metric"]
    lines = [line for visit in stays for line in visit.lines]
    total = sum((x.amt for x in lines), ZERO)
    if metric == "avg_fee":
        return total / len(stays)
    if metric == "avg_days":
        nights = [max(1, (v.end.date() - v.begin.date()).days) for v in stays if v.end and v.begin]
        return Fraction(sum(nights), len(stays))
    if metric == "readmit_rate":
        return Fraction(sum(1 for v in stays if _returns(job, v)), len(stays))
    if not total:
        return None
    if metric == "item_share":
        return sum((x.amt for x in lines if fits(job.rule["item_codes"], x.code)), ZERO) / total
    return sum((x.amt for x in lines if x.get("med_chrgitm_type") in KINDS[metric]), ZERO) / total


def _returns(job: Job, visit: Visit) -> bool:
    return any(
        other is not visit
        and other.visit_class == "IPT"
        and other.begin
        and visit.end
        # A stay that begins earlier on the day of discharge is not a return.
        and other.begin >= visit.end
        and (other.begin.date() - visit.end.date()).days <= 31
        for other in job.lake.of_person(visit.person)
    )
