"""What an auditor wrote into a workbook, row by row, checked and ready for the table ``outcome``."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from cases.fields import CONCLUSIONS

CONFIRMED, PARTLY, REFUTED = CONCLUSIONS
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Target:
    """What is concluded: a case, one of its findings, or a line of that finding."""

    case_id: str
    jr_id: str | None = None
    mdtrt_id: str | None = None
    feedetl_sn: str | None = None


@dataclass(frozen=True)
class FilledRow:
    """One row that the auditor filled: the cells as they were read, and where they stand."""

    sheet: str
    row_no: int
    target: Target
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """A row of the table ``outcome`` before it has its place in the order of import."""

    case_id: str
    jr_id: str | None
    mdtrt_id: str | None
    feedetl_sn: str | None
    conclusion: str
    confirmed_amt: Decimal
    reason: str | None
    auditor: str
    concluded_on: dt.date

    @property
    def target(self) -> Target:
        return Target(self.case_id, self.jr_id, self.mdtrt_id, self.feedetl_sn)

    @property
    def outcome_id(self) -> str:
        """Hash of the content: the same conclusion gives the same id."""
        text = "\u001f".join("" if value is None else str(value) for value in asdict(self).values())
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class OutcomeReject:
    """A filled row that was not taken. ``value`` is never a person's data: only the auditor's own cell."""

    sheet: str
    row_no: int
    column: str
    reason: str


class _Refused(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


Known = Callable[[Sequence[Target]], Mapping[Target, Decimal]]


def checked(rows: Sequence[FilledRow], known: Known) -> tuple[list[Outcome], list[OutcomeReject]]:
    """The rows that hold, and the others with the first thing that is wrong with each.

    ``known`` gives vola_amt of those targets that exist: the most that can be confirmed.
    """
    amounts = known([row.target for row in rows])
    outcomes: list[Outcome] = []
    rejects: list[OutcomeReject] = []
    for row in rows:
        try:
            outcomes.append(_outcome(row, amounts.get(row.target)))
        except _Refused as refused:
            rejects.append(OutcomeReject(row.sheet, row.row_no, refused.column, refused.reason))
    return outcomes, rejects


def _outcome(row: FilledRow, most: Decimal | None) -> Outcome:
    if most is None:
        raise _Refused("案件编号", "没有这个案件、疑点或明细；编号栏不可改动")
    conclusion = _text(row.cells.get("conclusion"))
    if conclusion not in CONCLUSIONS:
        raise _Refused("结论", "应为 成立、部分成立 或 不成立")
    amount = _confirmed(conclusion, row.cells.get("confirmed_amt"), most)
    auditor = _text(row.cells.get("auditor"))
    if not auditor:
        raise _Refused("稽核人", "未填写")
    concluded_on = _date(row.cells.get("concluded_on"))
    reason = _text(row.cells.get("reason")) or None
    target = row.target
    return Outcome(
        target.case_id, target.jr_id, target.mdtrt_id, target.feedetl_sn, conclusion, amount, reason, auditor, concluded_on
    )


def _confirmed(conclusion: str, cell: Any, most: Decimal) -> Decimal:
    """The confirmed amount: all of it for 成立 without one, nothing for 不成立."""
    amount = _amount(cell)
    if conclusion == REFUTED:
        if amount:
            raise _Refused("认定金额", "结论为 不成立 时应为空或 0")
        return Decimal("0.00")
    if amount is None:
        if conclusion == PARTLY:
            raise _Refused("认定金额", "结论为 部分成立 时必须填写")
        return most
    if amount > most:
        raise _Refused("认定金额", f"不得大于违规金额 {most}")
    if conclusion == PARTLY and amount <= 0:
        raise _Refused("认定金额", "结论为 部分成立 时应大于 0")
    return amount


def _amount(cell: Any) -> Decimal | None:
    """Yuan with two decimals; None for an empty cell. A cell's float is read as its shortest decimal."""
    text = _text(cell).replace(",", "")
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or isinstance(cell, bool):
        raise _Refused("认定金额", "不是数字")
    if amount < 0:
        raise _Refused("认定金额", "不得为负数")
    if amount != amount.quantize(CENT):
        raise _Refused("认定金额", "最多两位小数")
    return amount.quantize(CENT)


def _date(cell: Any) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    try:
        return dt.date.fromisoformat(_text(cell).replace("/", "-"))
    except ValueError:
        raise _Refused("日期", "不是日期，应如 2025-03-31") from None


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()
