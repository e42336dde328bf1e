"""Shape line: V02–V07, V10, V11, V13, V17. One line at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from tests.reference.bills import Line
from tests.reference.diagnoses import main_match, match
from tests.reference.job import Fault, Found, Job, fits, whole
from tests.reference.types.filings import has_filing
from tests.reference.values import age, any_of, day, half_up, integer, text
from tests.reference.windows import same_window

CENT_HALF = Fraction(5, 1000)


def sex_restriction(job: Job) -> Iterator[Found]:
    """V02."""
    for line in job.eligible_lines(job.rule["med_list_codg"]):
        if line.gend is not None and line.gend != int(job.rule["allowed_gend"]):
            yield Found([whole(line)])


def age_restriction(job: Job) -> Iterator[Found]:
    """V03 (drugs) and V04 (items, consumables)."""
    kinds = ("101", "102", "103") if job.rule.type_id == "V03" else ("201", "301")
    low, high = job.rule["age_min"], job.rule["age_max"]
    for line in job.eligible_lines(job.rule["med_list_codg"]):
        years = age(line.brdy, line.date, job.rule["age_unit"])
        if line.get("list_type") not in kinds or years is None:
            continue
        if (low is not None and years < low) or (high is not None and years > high):
            yield Found([whole(line)])


def institution_level(job: Job) -> Iterator[Found]:
    """V05."""
    low, high = job.rule["min_rank"], job.rule["max_rank"]
    for line in job.eligible_lines(job.rule["med_list_codg"]):
        rank = job.lake.profile.rank(line.hosp_lv)
        if line.visit.visit_class in (None, "PHARM") or rank is None:
            continue
        if (low is not None and rank < low) or (high is not None and rank > high):
            yield Found([whole(line)])


def other_insurance_only(job: Job) -> Iterator[Found]:
    """V06."""
    rule = job.rule
    for line in job.eligible_lines(rule["med_list_codg"]):
        insutype = text(line.settlement.row, "insutype")
        if insutype is None or insutype in (rule["allowed_insutype"] or []):
            continue
        if rule["limited_to"] == "maternity":
            no_proof = rule["diag_set"] is None or match(rule["diag_set"], line.visit.codes) is False
            if line.visit.visit_class in (None, "MATN") or not no_proof:
                continue
        yield Found([whole(line)])


def care_setting(job: Job) -> Iterator[Found]:
    """V07."""
    for line in job.eligible_lines(job.rule["med_list_codg"]):
        is_internet = job.rule["internet"] == "deny" and integer(line.settlement.row, "pay_loc") == 5
        if is_internet or _wrong_class(job, line):
            yield Found([whole(line)])


def _wrong_class(job: Job, line: Line) -> bool:
    rule, visit = job.rule, line.visit
    if rule["allowed_class"] is None or visit.visit_class is None or visit.visit_class in rule["allowed_class"]:
        return False
    if not visit.is_inpatient:
        return True
    if visit.begin is None or visit.end is None:
        return False
    since_begin = (line.date - visit.begin.date()).days
    until_end = (visit.end.date() - line.date).days
    return since_begin >= int(rule["skip_first_days"]) and until_end >= int(rule["skip_last_days"])


def out_of_scope(job: Job) -> Iterator[Found]:
    """V10."""
    rule = job.rule
    for line in job.eligible_lines(rule["med_list_codg"] if rule["variant"] == "code" else None):
        if rule["variant"] == "level" and line.flag("chrgitm_lv") != 3:
            continue
        if rule["variant"] == "disease" and main_match(rule["diag_set"], line.visit.diagnoses) is not True:
            continue
        yield Found([whole(line)])


def diseases_of(line: Line) -> list[str]:
    """The settlement's outpatient diseases, else the visit's; in text order."""
    codes = text(line.settlement.row, "dise_codg") or text(line.visit.row, "dise_codg") or ""
    return sorted({code.strip() for code in re.split("[;,]", codes) if code.strip()})


def opsp_list(job: Job) -> Iterator[Found]:
    """V11: under the list row of the settlement's first disease."""
    if job.rule["variant"] != "list":
        return
    for line in job.eligible_lines():
        diseases = diseases_of(line)
        if line.visit.visit_class != "OPSP" or not diseases or diseases[0] != job.rule["opsp_dise_code"]:
            continue
        rows = [r for r in _v11_rows(job, line) if r["opsp_dise_code"] in diseases]
        lists = {r["opsp_dise_code"]: r for r in rows if r["variant"] == "list"}
        allows = [r for r in rows if r["variant"] == "allow"]
        if set(lists) != set(diseases) or {r["opsp_dise_code"] for r in allows} != set(diseases):
            continue
        if line.code is None:
            continue
        is_listed = any(fits(r["med_list_codg"], line.code) for r in allows)
        needs_filing = job.has("filing_d") and all(r["need_filing"] == 1 for r in lists.values())
        if not is_listed or (needs_filing and has_filing(job, line.person, ["opsp"], line.date, diseases) is False):
            yield Found([whole(line)])


def _v11_rows(job: Job, line: Line) -> list:
    """V11 rows in scope and valid on the line's date."""
    rows = []
    for rule in job.book.rules:
        if rule.type_id == "V11" and job.book.holds(rule, line.date):
            other = Job(rule, job.book, job.lake, job.month, job.as_of, job.history_from)
            if other.in_scope(line):
                rows.append(rule)
    return rows


def price_standard(job: Job) -> Iterator[Found]:
    """V13: D above the cap."""
    rule = job.rule
    for line in job.eligible_lines(rule["med_list_codg"]):
        cap, related = rule["price_cap"], []
        if not line.pric:
            continue
        if rule["variant"] == "second_operation":
            cap = half_up(cap * rule["second_pct"], 6)
            same_site = [x for x in same_window("day", line, job.lake.lines) if fits(rule["group_codes"], x.code) and x.pric]
            ranked = sorted(same_site, key=lambda x: (-(x.pric or 0), x.order))
            before = [x for x in ranked if x is not line and (-(x.pric or 0), x.order) < (-line.pric, line.order)]
            if not before:
                continue
            related = ranked[:1]
        if line.pric > cap + CENT_HALF:
            yield Found([Fault(line, min(half_up((line.pric - cap) * line.cnt, 2), line.amt), line.cnt)], list(related))


def department_qualification(job: Job) -> Iterator[Found]:
    """V17."""
    rule = job.rule
    if rule["variant"] != "dept" and not job.has("prac_psn_d"):
        return
    doctors = {text(r, "prac_psn_code"): r for r in job.lake.rows.get("prac_psn_d", [])}
    for line in job.eligible_lines(rule["med_list_codg"]):
        doctor = doctors.get(line.get("bilg_dr_codg") or "")
        if rule["variant"] == "dept":
            dept = line.get("bilg_dept_codg")
            is_wrong: bool | None = dept is not None and not dept.startswith(tuple(rule["allowed_dept"]))
        elif doctor is None:
            is_wrong = None
        elif rule["variant"] == "caty":
            caty = text(doctor, "caty")
            is_wrong = caty is not None and not caty.startswith(tuple(rule["allowed_dept"]))
        elif rule["variant"] == "title":
            duty = integer(doctor, "pro_tech_duty")
            is_wrong = duty in (231, 232, 233, 234, 235) and duty is not None and duty > rule["max_duty_code"]
        else:
            begin, end = day(doctor, "begndate"), day(doctor, "enddate")
            too_early, too_late = begin is not None and line.date < begin, end is not None and line.date > end
            is_wrong = any_of([integer(doctor, "hi_dr_flag") == 0, too_early, too_late])
        if is_wrong:
            yield Found([whole(line)])
