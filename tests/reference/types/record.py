"""Shape record: V27, V28. Lines against orders, reports, records and consents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from tests.reference.bills import Line, Visit
from tests.reference.job import ZERO, Fault, Found, Job, allocate, untouched, whole
from tests.reference.types.orders import order_code, orders_of
from tests.reference.values import Row, any_of, date_of, day, integer, moment, month_of, number, text


def charge_order_mismatch(job: Job) -> Iterator[Found]:
    """V27."""
    rule = job.rule
    lines = [x for x in job.eligible_lines(rule["item_codes"]) if orders_of(job, x.visit)]
    if rule["variant"] == "over_exec":
        yield from _over_exec(job, lines)
        return
    for line in lines:
        if rule["variant"] == "no_order":
            codes = [order_code(job, line.visit, r) for r in orders_of(job, line.visit)]
            is_wrong = None not in codes and line.code not in codes
        else:
            order = _order(job, line)
            stop = moment(order, "drord_endtime") if order else None
            is_wrong = stop is not None and _hours_after(line, stop) > rule["grace_hours"]
        if is_wrong:
            yield Found([whole(line)])


def _hours_after(line: Line, stop) -> Fraction:  # type: ignore[no-untyped-def]
    return Fraction(int((line.time - stop).total_seconds()), 3600)


def _order(job: Job, line: Line) -> Row | None:
    number_ = line.get("rx_drord_no")
    same = [r for r in orders_of(job, line.visit) if number_ and text(r, "drord_no") == number_]
    return same[0] if same else None


def _over_exec(job: Job, lines: list[Line]) -> Iterator[Found]:
    groups: dict[tuple[str, str | None, str | None], list[Line]] = defaultdict(list)
    for line in lines:
        if _order(job, line):
            groups[line.mdtrt_id, line.get("rx_drord_no"), line.code].append(line)
    for group in groups.values():
        executed = number(_order(job, group[0]) or {}, "exec_cnt")
        if executed is None:
            continue
        excess = sum((x.cnt for x in group), ZERO) - executed * job.rule["cnt_per_exec"]
        if excess > job.rule["tolerance_cnt"] and excess > 0:
            faults = allocate(group, excess)
            yield Found(faults, untouched(group, faults))


TABLES = {"report": "report_d", "record": "record_d", "consent": "consent_d"}


def missing_record(job: Job) -> Iterator[Found]:
    """V28."""
    rule = job.rule
    table = TABLES[rule["variant"]]
    if not job.has(table):
        return
    active = _active_months(job, table)
    for line in job.eligible_lines(rule["item_codes"] if rule["variant"] != "consent" else None):
        if (line.visit.institution, month_of(line.date)) not in active:
            continue
        rows = job.lake.of_visit(table, line.visit)
        if rule["variant"] == "consent":
            yield from _consent(job, line, rows)
            continue
        is_over = line.date + timedelta(days=rule["max_delay_days"]) <= job.as_of
        is_judged = line.inscp > 0 and line.flag("etip_flag") != 1 and is_over
        if is_judged and any_of([_documents(job, line, r) for r in rows]) is False:
            yield Found([whole(line)])


def _documents(job: Job, line: Line, row: Row) -> bool | None:
    """Whether a report or record documents the line."""
    rule = job.rule
    if rule["variant"] == "record":
        kind, on = text(row, "rec_type"), date_of(moment(row, "rec_time"))
        if kind is not None and kind not in rule["rec_type"]:
            return False
    else:
        kind, on = "", day(row, "rpt_date") or day(row, "exam_date")
    code = text(row, "med_list_codg")
    if code is None:
        return None
    if code != line.code:
        return False
    if on is not None and not -1 <= (on - line.date).days <= rule["max_delay_days"]:
        return False
    return None if on is None or kind is None else True


def _consent(job: Job, line: Line, rows: list[Row]) -> Iterator[Found]:
    levels = [int(level) for level in job.rule["chrgitm_lv"]]
    if line.flag("chrgitm_lv") not in levels or line.amt < job.rule["min_amt"]:
        return
    if any_of([_consents(line, r) for r in rows]) is False:
        own_part = max(line.amt - line.inscp, ZERO)
        yield Found([Fault(line, own_part, line.cnt)], money="person")


def _consents(line: Line, row: Row) -> bool | None:
    code, level, flag = text(row, "med_list_codg"), integer(row, "chrgitm_lv"), integer(row, "sign_flag")
    if (code is None and level is None) or flag is None:
        return None
    signed = moment(row, "sign_time")
    is_same = (code is not None and code == line.code) or (level is not None and level == line.flag("chrgitm_lv"))
    return flag == 1 and is_same and (signed is None or signed <= line.time)


def _active_months(job: Job, table: str) -> set[tuple[str | None, str | None]]:
    """(institution, month) with any row of the table; a row without a date counts for its whole visit."""
    active: set[tuple[str | None, str | None]] = set()
    for visit in job.lake.visits:
        for row in job.lake.of_visit(table, visit):
            on = {
                "report_d": day(row, "rpt_date") or day(row, "exam_date"),
                "record_d": date_of(moment(row, "rec_time")),
                "consent_d": date_of(moment(row, "sign_time")),
            }[table]
            months = [month_of(on)] if on else _months_of(visit)
            active |= {(visit.institution, month) for month in months}
    return active


def _months_of(visit: Visit) -> list[str | None]:
    """Every month from begntime to endtime."""
    if visit.begin is None or visit.end is None:
        return []
    first, last = visit.begin.year * 12 + visit.begin.month - 1, visit.end.year * 12 + visit.end.month - 1
    return [f"{ordinal // 12:04d}-{ordinal % 12 + 1:02d}" for ordinal in range(first, last + 1)]
