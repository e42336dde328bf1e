"""Shape pair: V08, V14, V15, V18, V23, V25. Two groups of codes in one window."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from tests.reference.bills import Line
from tests.reference.diagnoses import match
from tests.reference.job import ZERO, Fault, Found, Job, allocate, by_amount, fits, untouched, whole
from tests.reference.rulebook import Rule
from tests.reference.types.diagnosis import in_operations
from tests.reference.windows import grouped, same_window, window_key


def step_therapy(job: Job) -> Iterator[Found]:
    """V08."""
    rule = job.rule
    for line in job.eligible_lines(rule["med_list_codg"]):
        if line.person is None:
            continue
        own = [x for x in job.lake.lines if x.person == line.person]
        first = line.date - timedelta(days=rule["lookback_days"])
        has_first_line = any(fits(rule["first_line_codes"], x.code) and first <= x.date <= line.date for x in own)
        is_repeat = rule["repeat_free_days"] is not None and any(
            fits(rule["med_list_codg"], x.code) and 1 <= (line.date - x.date).days <= rule["repeat_free_days"] for x in own
        )
        if not has_first_line and not is_repeat:
            is_uncertain = job.history_from is not None and first < job.history_from
            yield Found([whole(line)], sev_deg=3 if is_uncertain else None)


def duplicate_charge(job: Job) -> Iterator[Found]:
    """V14: B lines with nothing taken are not listed."""
    rule = job.rule
    kept = grouped(rule["window"], [x for x in job.lake.lines if fits(rule["group_a"], x.code)])
    for key, contained in grouped(rule["window"], job.eligible_lines(rule["group_b"])).items():
        stands = [x for x in kept.get(key, []) if x not in contained]
        if not stands:
            continue
        excess = sum((x.cnt for x in contained), ZERO)
        if rule["cnt_rule"] == "min":
            excess = min(excess, sum((x.cnt for x in stands), ZERO))
        yield Found(allocate(contained, excess), list(stands))


def unbundled_charge(job: Job) -> Iterator[Found]:
    """V15."""
    rule = job.rule
    for key, parts in grouped(rule["window"], job.eligible_lines(rule["component_codes"])).items():
        counts: dict[str | None, Fraction] = defaultdict(Fraction)
        for part in parts:
            counts[part.code] += part.cnt
        has_bundle = any(fits(rule["bundle_code"], x.code) and window_key(rule["window"], x) == key for x in job.lake.lines)
        if len(counts) < rule["min_components"] or has_bundle:
            continue
        rest = sum((x.amt for x in parts), ZERO) - rule["bundle_price"] * math.ceil(max(counts.values()))
        faults: list[Fault] = []
        for part in reversed(parts):
            if rest > 0:
                faults.append(by_amount(part, min(part.amt, rest)))
                rest -= min(part.amt, rest)
        if faults:
            yield Found(faults, untouched(parts, faults))


def companion_missing(job: Job) -> Iterator[Found]:
    """V18."""
    rule = job.rule
    for line in job.eligible_lines(rule["med_list_codg"]):
        if line.flag("etip_flag") == 1:
            continue
        window = same_window(rule["window"], line, job.lake.lines)
        if rule["required_codes"] and any(fits(rule["required_codes"], x.code) for x in window):
            continue
        if rule["required_oprn"]:
            operations = job.lake.of_visit("oprn_d", line.visit)
            if not job.has("oprn_d") or any(in_operations(rule["required_oprn"], r) for r in operations):
                continue
        if rule["required_diag"] and match(rule["required_diag"], line.visit.codes) is not False:
            continue
        yield Found([whole(line)])


def interaction(job: Job) -> Iterator[Found]:
    """V25."""
    rule = job.rule
    partners = grouped(rule["window"], [x for x in job.lake.lines if fits(rule["code_a"], x.code)])
    for key, second in grouped(rule["window"], job.eligible_lines(rule["code_b"])).items():
        for line in second:
            others: list = [x for x in partners.get(key, []) if x is not line]
            if others and rule["amount_mode"] == "line":
                yield Found([whole(line)], others)
            elif others:
                yield Found([Fault(line, ZERO, line.cnt)], others, money="none")


def same_effect_duplication(job: Job) -> Iterator[Found]:
    """V23: pairs of this row with every other row of its group in force."""
    rule = job.rule
    mine = _by_visit_and_code(job)
    if not mine:
        return
    for other in job.book.rules:
        if other.type_id != "V23" or other["group_code"] != rule["group_code"]:
            continue
        if other["ingredient"] == rule["ingredient"]:
            continue
        theirs = _by_visit_and_code(Job(other, job.book, job.lake, job.month, job.as_of, job.history_from))
        for (visit, code), lines in mine.items():
            for (other_visit, other_code), other_lines in theirs.items():
                if visit == other_visit and code != other_code and not _allowed(rule, code, other, other_code):
                    any_lines = [x for x in job.lake.lines if x.mdtrt_id == visit and x.code == other_code]
                    yield from _pair(rule, lines, other, other_lines, any_lines)


def _by_visit_and_code(job: Job) -> dict[tuple[str, str], list[Line]]:
    lines: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in job.eligible_lines(job.rule["med_list_codg"]):
        lines[line.mdtrt_id, str(line.code)].append(line)
    return lines


def _allowed(rule: Rule, code: str, other: Rule, other_code: str) -> bool:
    return fits(rule["allowed_with"], other_code) or fits(other["allowed_with"], code)


def _pair(rule: Rule, lines: list[Line], other: Rule, other_lines: list[Line], any_lines: list[Line]) -> Iterator[Found]:
    """The pair's finding if the fault is on the row's own side; related may be ``any_lines`` of the other code (general)."""
    shared = {x.date for x in lines} & {x.date for x in other_lines}
    if not shared or len(shared) < max(rule["min_overlap_days"], other["min_overlap_days"]):
        return
    if _blame(lines, shared) > _blame(other_lines, shared):
        faults = [whole(x) for x in lines if x.date in shared]
        yield Found(faults, [x for x in any_lines if x.date in shared])


def _blame(lines: list[Line], shared: set[date]) -> tuple[date, Fraction, str]:
    """Larger = at fault: later first date, smaller sum on the shared dates, larger code."""
    cost = sum((x.amt for x in lines if x.date in shared), ZERO)
    return min(x.date for x in lines), -cost, str(lines[0].code)
