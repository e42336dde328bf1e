"""Shape diagnosis: V01, V19, V24, S06, S07. A line and the diagnoses of its visit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tests.reference.bills import Line
from tests.reference.diagnoses import is_tcm, match
from tests.reference.job import Found, Job, fits, whole
from tests.reference.types.filings import has_filing
from tests.reference.types.peers import normal_rate
from tests.reference.values import Row, age, date_of, integer, moment, text
from tests.reference.windows import grouped


def limited_indication(job: Job) -> Iterator[Found]:
    """V01."""
    rule = job.rule
    for line in job.eligible_lines(rule["med_list_codg"]):
        if match(rule["diag_set"], line.visit.codes) is not False:
            continue
        if rule["alt_item_codes"] and any(fits(rule["alt_item_codes"], x.code) for x in line.visit.lines):
            continue
        if rule["accept_filing"] and not _lacks_filing(job, line):
            continue
        yield Found([whole(line)])


def _lacks_filing(job: Job, line: Line) -> bool:
    """Whether the person surely has no filing that satisfies the restriction."""
    return job.has("filing_d") and has_filing(job, line.person, job.rule["accept_filing"], line.date) is False


def drug_without_indication(job: Job) -> Iterator[Found]:
    """V19."""
    rule = job.rule
    for line in job.eligible_lines(rule["med_list_codg"]):
        if line.get("list_type") not in ("101", "102") or match(rule["label_set"], line.visit.codes) is not False:
            continue
        first = line.date - timedelta(days=rule["history_days"])
        earlier = [v for v in job.lake.of_person(line.person) if v.begin and first <= v.begin.date() <= line.date]
        is_labelled = any(match(rule["label_set"], v.codes) for v in earlier)
        if not is_labelled and match(rule["uncertain_set"], line.visit.codes) is False:
            yield Found([whole(line)])


def contraindication(job: Job) -> Iterator[Found]:
    """V24."""
    rule = job.rule
    for line in job.eligible_lines(rule["med_list_codg"]):
        if rule["variant"] == "diag":
            is_wrong = match(rule["contra_set"], line.visit.codes) is True
        elif rule["variant"] == "age":
            years = age(line.brdy, line.date, rule["age_unit"])
            low, high = rule["age_min"], rule["age_max"]
            is_wrong = years is not None and (low is None or years >= low) and (high is None or years <= high)
        else:
            is_wrong = line.gend == 2 and text(line.visit.row, "matn_stas") in rule["matn_stas"]
        if is_wrong:
            yield Found([whole(line)])


def unnecessary_examination(job: Job) -> Iterator[Found]:
    """S06."""
    rule = job.rule
    if rule["variant"] == "normal_rate":
        yield from normal_rate(job)
        return
    for line in job.eligible_lines(rule["item_codes"]):
        if rule["variant"] == "no_indication":
            if match(rule["indication_set"], line.visit.codes) is False:
                yield Found([whole(line)])
            continue
        earlier = [
            x
            for x in job.lake.lines
            if line.person and x.person == line.person and x.code == line.code
            if 1 <= (line.date - x.date).days <= rule["repeat_days"]
        ]
        previous = [x for x in earlier if x.date == max(x.date for x in earlier)]
        if previous and not any(_may_be_abnormal(job, x) for x in previous):
            yield Found([whole(line)], list(previous))


def _may_be_abnormal(job: Job, line: Line) -> bool:
    """Whether the visit has a report of the line's code that is abnormal or without a result."""
    reports = job.lake.of_visit("report_d", line.visit)
    return any(text(r, "med_list_codg") == line.code and integer(r, "exam_rslt_abn") != 0 for r in reports)


def unnecessary_treatment(job: Job) -> Iterator[Found]:
    """S07."""
    rule = job.rule
    lines = job.eligible_lines(rule["item_codes"])
    if rule["variant"] == "multi":
        for window in grouped("day", lines).values():
            kinds = list(dict.fromkeys(line.code for line in window))
            excess = [whole(line) for line in window if kinds.index(line.code) >= rule["max_kinds"]]
            if excess:
                yield Found(excess)
        return
    if rule["variant"] == "prophylaxis" and not job.has("oprn_d"):
        return
    for line in lines:
        if rule["indication_set"] and match(rule["indication_set"], line.visit.codes) is not False:
            continue
        # Without a set no 中医 entry is named, so rows with such codes are as if absent (general, diagnosis).
        is_diagnosed = rule["indication_set"] or any(not is_tcm(code) for code in line.visit.codes)
        if rule["variant"] == "no_indication" or (is_diagnosed and _is_late(job, line)):
            yield Found([whole(line)])


def _is_late(job: Job, line: Line) -> bool:
    """Whether the line lies after the days allowed since the last of the visit's clean operations."""
    operations = job.lake.of_visit("oprn_d", line.visit)
    ends = [date_of(moment(r, "oprn_oprt_endtime") or moment(r, "oprn_oprt_begntime")) for r in operations]
    if not operations or not all(in_operations(job.rule["oprn_set"], r) for r in operations):
        return False
    known = [end for end in ends if end is not None]
    return len(known) == len(ends) and line.date > max(known) + timedelta(days=job.rule["max_days"])


def in_operations(prefixes: list[str], row: Row) -> bool:
    """Whether the operation's code begins with one of the entries."""
    code = (text(row, "oprn_oprt_code") or "").strip().upper()
    return bool(code) and code.startswith(tuple(entry.upper().removesuffix("*") for entry in prefixes))
