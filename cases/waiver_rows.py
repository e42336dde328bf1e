"""What a rule manager wrote into a file of waivers, row by row, checked and ready for the table ``waiver``."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cases.case_type import CaseType

GRANTED, REVOKED = "granted", "revoked"
# Heading in a file → column of the table.
HEADINGS = {
    "规则编号": "rule_id",
    "规则类型": "rule_type_id",
    "机构编码": "fixmedins_code",
    "诊断前缀": "diag_prefix",
    "期间起": "begndate",
    "期间止": "enddate",
    "理由": "reason",
    "批准人": "approver",
    "有效期至": "expires_on",
}
NEEDED = ("理由", "批准人", "有效期至")
DIAGNOSIS = re.compile(r"[A-Z][A-Z0-9.+*]*")


@dataclass(frozen=True)
class Waiver:
    """A granted waiver. A missing part of its scope is open; exactly one of rule and type is given."""

    rule_id: str | None
    rule_type_id: str | None
    fixmedins_code: str | None
    diag_prefix: str | None
    begndate: dt.date | None
    enddate: dt.date | None
    reason: str
    approver: str
    expires_on: dt.date

    @property
    def waiver_id(self) -> str:
        """Sixteen hexadecimal digits of the content's hash: short enough to be written on a letter."""
        text = "\u001f".join("" if value is None else str(value) for value in asdict(self).values())
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class WaiverReject:
    """A row that was not taken: where it stands, and the first thing that is wrong with it."""

    row_no: int
    column: str
    reason: str


class _Refused(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


# A row's number in the file and its cells by column of the table.
FilledRow = tuple[int, Mapping[str, Any]]


def checked(
    rows: Sequence[FilledRow], known_rules: Callable[[Sequence[str]], set[str]], types: Sequence[CaseType]
) -> tuple[list[Waiver], list[WaiverReject]]:
    """The rows that hold, and the others. ``known_rules`` gives those of the named rules that exist."""
    named = [_text(cells.get("rule_id")) for _, cells in rows]
    rules = known_rules([rule_id for rule_id in dict.fromkeys(named) if rule_id])
    type_ids = {case_type.rule_type_id for case_type in types}
    waivers: list[Waiver] = []
    rejects: list[WaiverReject] = []
    for row_no, cells in rows:
        try:
            waivers.append(_waiver(cells, rules, type_ids))
        except _Refused as refused:
            rejects.append(WaiverReject(row_no, refused.column, refused.reason))
    return waivers, rejects


def _waiver(cells: Mapping[str, Any], rules: set[str], type_ids: set[str]) -> Waiver:
    rule_id, rule_type_id = _text(cells.get("rule_id")), _text(cells.get("rule_type_id")).upper()
    if bool(rule_id) == bool(rule_type_id):
        raise _Refused("规则编号", "规则编号与规则类型应填且只填一个")
    if rule_id and rule_id not in rules:
        raise _Refused("规则编号", "规则库和疑点中都没有这条规则")
    if rule_type_id and rule_type_id not in type_ids:
        raise _Refused("规则类型", "没有这个规则类型，应如 V02 或 S01")
    diag_prefix = _text(cells.get("diag_prefix")).upper()
    if diag_prefix and not DIAGNOSIS.fullmatch(diag_prefix):
        raise _Refused("诊断前缀", "应为一个诊断编码或其开头，如 J18 或 J18.9")
    begndate, enddate = _date(cells, "期间起"), _date(cells, "期间止")
    if begndate and enddate and enddate < begndate:
        raise _Refused("期间止", "早于期间起")
    reason, approver, expires_on = _text(cells.get("reason")), _text(cells.get("approver")), _date(cells, "有效期至")
    for heading, value in (("理由", reason), ("批准人", approver), ("有效期至", expires_on)):
        if not value:
            raise _Refused(heading, "未填写")
    assert expires_on  # just tested
    return Waiver(
        rule_id or None, rule_type_id or None, _text(cells.get("fixmedins_code")) or None, diag_prefix or None,
        begndate, enddate, reason, approver, expires_on,
    )  # fmt: skip


def _date(cells: Mapping[str, Any], heading: str) -> dt.date | None:
    """The day that a cell says; None for an empty one."""
    cell = cells.get(HEADINGS[heading])
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if not _text(cell):
        return None
    try:
        return dt.date.fromisoformat(_text(cell).replace("/", "-"))
    except ValueError:
        raise _Refused(heading, "不是日期，应如 2025-03-31") from None


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


Stored = Mapping[str, Any]


def new_rows(waivers: Sequence[Waiver], existing: Iterable[Stored]) -> list[dict[str, Any]]:
    """Rows to append to the table ``waiver``: those that were never granted, numbered on. A revoked one stays revoked."""
    stored = list(existing)
    seen = {row["waiver_id"] for row in stored}
    fresh = {waiver.waiver_id: waiver for waiver in waivers if waiver.waiver_id not in seen}
    return [
        {"waiver_id": waiver_id, "stas": GRANTED, **asdict(waiver), "seq": seq}
        for seq, (waiver_id, waiver) in enumerate(fresh.items(), start=_next_seq(stored))
    ]


def revocation(waiver_id: str, reason: str, existing: Iterable[Stored]) -> dict[str, Any]:
    """The row that revokes a waiver: the rest of it stands in the row that granted it."""
    return {"waiver_id": waiver_id, "stas": REVOKED, "reason": reason, "seq": _next_seq(existing)}


def _next_seq(existing: Iterable[Stored]) -> int:
    return max((row["seq"] for row in existing), default=0) + 1


def revoked_ids(rows: Iterable[Stored]) -> set[str]:
    """The waivers that somebody took back."""
    return {row["waiver_id"] for row in rows if row["stas"] == REVOKED}


def in_force(rows: Sequence[Stored], business_date: dt.date) -> list[Stored]:
    """The waivers that count on a business date: neither revoked nor past their last day."""
    revoked = revoked_ids(rows)
    return [
        row
        for row in rows
        if row["stas"] == GRANTED and row["waiver_id"] not in revoked and row["expires_on"] >= business_date
    ]  # fmt: skip
