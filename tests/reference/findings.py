"""From what the types found to findings and their rows: grains, keys, the three amounts, rounded at the line."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.reference.bills import Line, Visit
from tests.reference.job import ZERO, Fault, Found
from tests.reference.rulebook import Rule
from tests.reference.values import half_up, text

Finding = dict[str, Any]


@dataclass
class Draft:
    """One finding in the making; ``faults`` and ``related`` by (mdtrt_id, feedetl_sn)."""

    rule: Rule
    found: Found
    faults: dict[tuple[str, str], Fault] = field(default_factory=dict)
    related: set[tuple[str, str]] = field(default_factory=set)
    sev_deg: int = 0


def key_of(item: Line | Visit) -> tuple[str, str]:
    """(mdtrt_id, feedetl_sn); ``*`` stands for the whole visit."""
    return (item.id, "*") if isinstance(item, Visit) else (item.mdtrt_id, item.sn)


def drafts(rule: Rule, founds: list[Found]) -> list[Draft]:
    """One draft for each finding; a window over several visits is split by visit and settlement."""
    merged: dict[Any, Draft] = {}
    for number, found in enumerate(founds):
        groups: dict[Any, list[Fault]] = defaultdict(list)
        for fault in found.faults:
            groups[_group(found, fault, number)].append(fault)
        for group, faults in groups.items() if found.grain != "subject" else [(number, found.faults)]:
            draft = merged.setdefault(group, Draft(rule, found, sev_deg=rule.sev_deg))
            draft.sev_deg = max(draft.sev_deg, found.sev_deg or 0)
            draft.faults.update({key_of(fault.item): fault for fault in faults})
            mdtrt_id = key_of(faults[0].item)[0] if faults else None
            related = {key_of(item) for item in found.related}
            draft.related |= {k for k in related if not found.related_in_visit or k[0] == mdtrt_id}
    for draft in merged.values():
        draft.related -= set(draft.faults)
    return [draft for draft in merged.values() if _has_money(draft)]


def _group(found: Found, fault: Fault, number: int) -> Any:
    item = fault.item
    if found.grain == "subject":
        return number
    return item.id if isinstance(item, Visit) else (item.mdtrt_id, item.settlement.id)


def _has_money(draft: Draft) -> bool:
    """False for a finding without money; lines without money become related ones."""
    if draft.found.money in ("none", "visit"):
        return True
    empty = {key for key, fault in draft.faults.items() if fault.amt == 0}
    draft.related |= empty
    for key in empty:
        del draft.faults[key]
    return bool(draft.faults)


def amounts(draft: Draft, fault: Fault) -> tuple[Fraction, Fraction, Fraction]:
    """vola_amt, vola_inscp_amt, fund_amt of one row at fault."""
    item = fault.item
    if isinstance(item, Visit):
        return fault.amt, fault.amt, fault.amt
    if draft.found.money in ("none", "person"):
        return fault.amt, ZERO, ZERO
    in_scope = half_up(fault.amt * item.inscp / item.amt, 2)
    settlement = item.settlement
    if settlement.inscp <= 0:
        return fault.amt, in_scope, ZERO
    fund = half_up(in_scope * settlement.fund / settlement.inscp, 2)
    return fault.amt, in_scope, min(fund, settlement.fund)


def finish(draft: Draft, month: str) -> tuple[Finding, list[Finding]] | None:
    """The finding and its rows; None if it belongs to another month."""
    if month_of(draft) != month:
        return None
    rows = _rows(draft)
    at_fault = [row for row in rows if row["vola_item_type"] == 1]
    jr_id = _jr_id(draft.rule, at_fault)
    for row in rows:
        row["jr_id"] = jr_id
    sums = {name: sum((row[name] for row in at_fault), Decimal()) for name in AMOUNTS}
    return _header(draft, month, jr_id) | sums, rows


AMOUNTS = ("vola_cnt", "vola_amt", "vola_inscp_amt", "fund_amt")


def month_of(draft: Draft) -> str | None:
    """The month that the finding is found for."""
    if draft.found.month:
        return draft.found.month
    item = next(iter(draft.faults.values())).item
    return item.month if isinstance(item, Visit) else item.settlement.month


def _rows(draft: Draft) -> list[Finding]:
    rows = []
    for key, fault in draft.faults.items():
        amt, in_scope, fund = amounts(draft, fault)
        rows.append(_row(key, 1, half_up(fault.cnt, 4), amt, in_scope, fund))
    if not draft.faults:
        rows.append(_row(("*", str(draft.found.subject)), 1, ZERO, ZERO, ZERO, ZERO))
    rows += [_row(key, 2, ZERO, ZERO, ZERO, ZERO) for key in draft.related]
    return sorted(rows, key=lambda row: (row["vola_item_type"], row["mdtrt_id"], row["feedetl_sn"]))


def _row(key: tuple[str, str], kind: int, cnt: Fraction, amt: Fraction, in_scope: Fraction, fund: Fraction) -> Finding:
    return {
        "mdtrt_id": key[0],
        "feedetl_sn": key[1],
        "vola_item_type": kind,
        "vola_cnt": as_decimal(cnt, 4),
        "vola_amt": as_decimal(amt, 2),
        "vola_inscp_amt": as_decimal(in_scope, 2),
        "fund_amt": as_decimal(fund, 2),
    }


def as_decimal(value: Fraction, places: int) -> Decimal:
    """A value that is already rounded, as a decimal with so many places."""
    return Decimal(int(value * 10**places)).scaleb(-places)


def _jr_id(rule: Rule, at_fault: list[Finding]) -> str:
    keys = sorted(f"{row['mdtrt_id']}|{row['feedetl_sn']}".encode() for row in at_fault)
    parts = [rule.rule_id.encode(), str(rule.rule_ver).encode(), *keys]
    return hashlib.sha256(b"\x1f".join(parts)).hexdigest()


def _header(draft: Draft, month: str, jr_id: str) -> Finding:
    """Whose finding it is: a value of its own where it is unique, else None."""
    rule, items = draft.rule, [fault.item for fault in draft.faults.values()]
    visits = {item.id if isinstance(item, Visit) else item.mdtrt_id for item in items}
    persons = {item.person for item in items}
    settled = [item.last if isinstance(item, Visit) else item.settlement for item in items]
    places = (
        {draft.found.institution}
        if draft.found.institution
        else {(item if isinstance(item, Visit) else item.visit).institution for item in items}
    )
    lines = sorted((item for item in items if isinstance(item, Line)), key=lambda line: line.order)
    return {
        "jr_id": jr_id,
        "rule_type_id": rule.type_id,
        "rule_id": rule.rule_id,
        "rule_ver": rule.rule_ver,
        "stage": 3,
        "sev_deg": draft.sev_deg,
        "control_mode": rule.control_mode,
        "fixmedins_code": _only(places),
        "psn_no": _only(persons),
        "mdtrt_id": _only(visits),
        "setl_id": _only({s.id for s in settled}),
        "poolarea": _only({text(s.row, "insu_admdvs") for s in settled}),
        "bilg_dept_codg": lines[-1].get("bilg_dept_codg") if lines else None,
        "bilg_dr_codg": lines[-1].get("bilg_dr_codg") if lines else None,
        "found_for": month,
        "vola_amt_stas": draft.found.stas,
        "finding_stas": rule.stas,
    }


def _only(values: set[Any]) -> Any:
    return next(iter(values)) if len(values) == 1 else None
