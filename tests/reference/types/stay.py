"""Shape stay: S01, S02, S03, S05. One whole visit judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from tests.reference.bills import Visit
from tests.reference.diagnoses import main_match, match
from tests.reference.job import ZERO, Found, Job, whole_visit
from tests.reference.types.orders import orders_of
from tests.reference.types.similarity import jaccard
from tests.reference.values import Row, age, date_of, day, half_up, integer, moment, text


def stays(job: Job) -> list[Visit]:
    """Stays of the judged month that may be at fault."""
    return [v for v in job.judged_visits() if v.visit_class == "IPT" and v.begin and v.end]


def split_admission(job: Job) -> Iterator[Found]:
    """S01."""
    rule = job.rule
    if rule["link"] == "alliance" and not job.has("fixmedins_d"):
        return
    for later in stays(job):
        before = [a for a in job.lake.of_person(later.person) if a is not later and _precedes(job, a, later)]
        earlier = max(before, key=lambda a: (a.end or date.min, a.id), default=None)
        if earlier is None or earlier.end is None or later.begin is None:
            continue
        gap = (later.begin.date() - earlier.end.date()).days
        way = text(earlier.row, "dscg_way")
        if not 0 <= gap <= rule["gap_days"] or way not in ("1", "2", "3", "4", "5", "9") or way in rule["skip_dscg_way"]:
            continue
        if rule.exempt_diag and match(rule.exempt_diag, earlier.codes) is not False:
            continue
        similarity = jaccard(earlier, later)
        is_similar = rule["min_sim"] is None or (similarity is not None and similarity >= rule["min_sim"])
        if is_similar and _diagnoses_agree(job, earlier, later):
            yield whole_visit(later, [earlier])


def _precedes(job: Job, earlier: Visit, later: Visit) -> bool:
    if earlier.visit_class != "IPT" or not earlier.end or not later.begin or earlier.end > later.begin:
        return False
    if job.rule["link"] == "any":
        return True
    if earlier.institution is not None and earlier.institution == later.institution:
        return True
    alliances = [text(job.lake.institutions.get(v.institution, {}), "alliance_code") for v in (earlier, later)]
    return job.rule["link"] == "alliance" and alliances[0] is not None and alliances[0] == alliances[1]


def _diagnoses_agree(job: Job, earlier: Visit, later: Visit) -> bool:
    if job.rule["diag_rule"] == "any":
        return True
    if job.rule["diag_rule"] == "set":
        return all(main_match(job.rule["diag_set"], v.diagnoses) for v in (earlier, later))
    return earlier.main is not None and later.main is not None and earlier.main[:3] == later.main[:3]


def absent_inpatient(job: Job) -> Iterator[Found]:
    """S02."""
    test = {"empty_days": _empty_days, "hollow": _hollow, "onsite": _onsite}
    if job.rule["variant"] == "onsite" and not job.has("onsite_d"):
        return
    for stay in stays(job):
        if job.rule["variant"] == "elsewhere":
            yield from _elsewhere(job, stay)
        elif test[job.rule["variant"]](job, stay):
            yield whole_visit(stay)


def _inner(stay: Visit, on: date | None) -> bool:
    assert stay.begin
    assert stay.end
    return on is not None and stay.begin.date() < on < stay.end.date()


def _is_passive(job: Job, kind: str | None) -> bool:
    return kind is not None and kind in job.rule["passive_types"]


def _empty_days(job: Job, stay: Visit) -> bool:
    assert stay.begin
    assert stay.end
    if len({line.date for line in stay.lines}) < 2:
        return False
    active = {x.date for x in stay.lines if not _is_passive(job, x.get("med_chrgitm_type"))}
    active |= {d for r in orders_of(job, stay) if (d := date_of(moment(r, "drord_isu_time")))}
    for row in job.lake.of_visit("record_d", stay):
        on = date_of(moment(row, "rec_time"))
        is_sign = text(row, "rec_type") in (None, "treatment", "operation", "course")
        if on and (is_sign or integer(row, "in_bed_flag") == 1):
            active.add(on)
    inner = {stay.begin.date() + timedelta(days=n) for n in range(1, (stay.end.date() - stay.begin.date()).days)}
    return len(inner - active) >= (job.rule["min_days"] if job.rule["min_days"] is not None else 3)


def _hollow(job: Job, stay: Visit) -> bool:
    assert stay.begin
    assert stay.end
    days = (stay.end.date() - stay.begin.date()).days + 1
    all_passive = all(_is_passive(job, x.get("med_chrgitm_type")) for x in stay.lines)
    return days >= (job.rule["min_days"] if job.rule["min_days"] is not None else 3) and bool(stay.lines) and all_passive


def _onsite(job: Job, stay: Visit) -> bool:
    assert stay.begin
    assert stay.end
    checks = [r for r in job.lake.of_visit("onsite_d", stay) if integer(r, "in_bed_flag") == 0]
    return any((t := moment(r, "chk_time")) is not None and stay.begin < t < stay.end for r in checks)


def _elsewhere(job: Job, stay: Visit) -> Iterator[Found]:
    others = [
        v
        for v in job.lake.of_person(stay.person)
        if v is not stay and v.visit_class in ("OTP", "EMERG", "OPSP")
        if v.institution and stay.institution and v.institution != stay.institution and _inner(stay, date_of(v.begin))
    ]
    needed = job.rule["min_days"] if job.rule["min_days"] is not None else 1
    if len({date_of(v.begin) for v in others}) >= max(needed, 1):
        yield whole_visit(stay, list(others))


def unnecessary_admission(job: Job) -> Iterator[Found]:
    """S03."""
    rule = job.rule
    for stay in stays(job):
        assert stay.begin
        assert stay.end
        years = age(stay.brdy, stay.begin.date(), "year")
        way = text(stay.row, "dscg_way")
        if main_match(rule["mild_set"], stay.diagnoses) is not True or way not in ("1", "3", "4", "9"):
            continue
        if years is None or not rule["age_from"] <= years <= rule["age_to"] or _operated(job, stay):
            continue
        nights = max(1, (stay.end.date() - stay.begin.date()).days)
        tests = [
            rule["max_days"] is None or nights <= rule["max_days"],
            rule["max_fee"] is None or (stay.fee is not None and stay.fee <= rule["max_fee"]),
            rule["exam_share"] is None or (stay.fee is not None and exam_share(stay, stay.fee) >= rule["exam_share"]),
        ]
        if all(tests):
            yield whole_visit(stay)


def exam_share(stay: Visit, fee: Fraction) -> Fraction:
    """Share of examination and laboratory fees, to 4 decimals."""
    exams = sum((x.amt for x in stay.lines if x.get("med_chrgitm_type") in ("03", "04")), ZERO)
    return half_up(exams / fee, 4)


def _operated(job: Job, stay: Visit) -> bool:
    """Whether the stay has, or may have, an operation."""
    if job.has("oprn_d"):
        return bool(job.lake.of_visit("oprn_d", stay))
    return any(x.get("med_chrgitm_type") in (None, "06") for x in stay.lines)


def accident_third_party(job: Job) -> Iterator[Found]:
    """S05."""
    for visit in job.judged_visits():
        if not job.rule.med_class and visit.visit_class not in ("IPT", "TRAUMA"):
            continue
        if main_match(job.rule["injury_set"], visit.diagnoses) is True and _third_party_pays(job, visit):
            yield whole_visit(visit)


def _third_party_pays(job: Job, visit: Visit) -> bool:
    variant, known = job.rule["variant"], job.has("filing_d")
    if variant == "third_party":
        return integer(visit.row, "ttp_pay_flag") == 1
    if not known or visit.begin is None or visit.end is None:
        return False
    filings = [r for r in job.lake.rows["filing_d"] if visit.person and text(r, "psn_no") == visit.person]
    open_or_in = [(r, _in_time(job, visit, r)) for r in filings if text(r, "filing_type") in (None, "accident")]
    matching = [(r, t) for r, t in open_or_in if t is not False]
    may_be_payable = any(integer(r, "chk_pay_flag") == 1 for r, _ in matching)
    if variant == "no_filing":
        is_over = visit.end.date() + timedelta(days=job.rule["filing_days"]) <= job.as_of
        return not matching and is_over
    if variant == "rejected_paid":
        return any(t is True and integer(r, "chk_pay_flag") == 0 for r, t in matching) and not may_be_payable
    told = text(visit.row, "main_cond_dscr") or ""
    return any(word in told for word in job.rule["keywords"]) and not may_be_payable


def _in_time(job: Job, visit: Visit, row: Row) -> bool | None:
    """Whether the filing covers the visit; without a begin or a type it may."""
    assert visit.begin
    assert visit.end
    begin, end = day(row, "begndate"), day(row, "enddate")
    if begin is None:
        return None
    covers = begin <= visit.end.date() + timedelta(days=job.rule["filing_days"]) and (end is None or end >= visit.begin.date())
    return None if covers and text(row, "filing_type") is None else covers
