"""One rule row judged in one month: who is eligible, and what a type function yields."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tests.reference.bills import Line, Visit
from tests.reference.diagnoses import match
from tests.reference.lake import Lake
from tests.reference.rulebook import Rule, Rulebook
from tests.reference.values import half_up, last_day, text

ZERO = Fraction()


def fits(entries: list[str] | str | None, code: str | None) -> bool:
    """Whether a code is one of the entries; an entry that ends in * is a prefix. A missing code is none."""
    listed = [entries] if isinstance(entries, str) else entries or []
    return code is not None and any(code.startswith(entry[:-1]) if entry.endswith("*") else code == entry for entry in listed)


@dataclass(frozen=True)
class Fault:
    """A line or a whole visit at fault, with its money and count."""

    item: Line | Visit
    amt: Fraction
    cnt: Fraction


@dataclass
class Found:
    """What a type function yields for a window, a line, a visit or a subject.

    ``grain`` visit_setl: faults are lines, and are split over findings by visit and settlement;
    visit: one fault, the visit; subject: all faults make one finding in ``month``.
    ``related_in_visit``: related lines belong only to findings of their own visit.
    """

    faults: list[Fault]
    related: list[Line | Visit] = field(default_factory=list)
    grain: str = "visit_setl"
    money: str = "line"  # line | person (V28 consent) | visit (W) | none ("0" types)
    stas: int = 1
    sev_deg: int | None = None
    related_in_visit: bool = False
    subject: str | None = None
    institution: str | None = None
    month: str | None = None


@dataclass
class Job:
    """A rule row, the lake and the task."""

    rule: Rule
    book: Rulebook
    lake: Lake
    month: str
    as_of: date
    history_from: date | None

    def has(self, table: str) -> bool:
        """Whether the table is in the lake."""
        return table in self.lake.present

    def eligible(self, line: Line) -> bool:
        """Whether the line may be at fault, or be counted, under the row."""
        rule = self.rule
        if not self.book.holds(rule, line.date):
            return False
        if not self.in_scope(line):
            return False
        if not _spared_not(rule, line.get("bilg_dept_codg"), line.visit):
            return False
        is_spared = line.flag("lmt_used_flag") == 1 and line.flag("hosp_appr_flag") in (0, 2)
        if is_spared and "V01" <= rule.type_id <= "V09":
            return False
        return rule.own_pay or line.inscp > 0

    def eligible_lines(self, codes: list[str] | str | None = None) -> list[Line]:
        """Eligible lines, in order; with a code of the list if there is one."""
        return [x for x in self.lake.lines if (codes is None or fits(codes, x.code)) and self.eligible(x)]

    def in_scope(self, line: Line) -> bool:
        """Whether the line lies in the row's scope, whatever else holds of it."""
        return self._in_scope(line.visit, line.settlement.row, line.hosp_lv)

    def profile_lines(self, codes: list[str] | None) -> list[Line]:
        """Lines that a profile counts: validity by the last day of the judged month."""
        if not self.book.holds(self.rule, self.last_day):
            return []
        named = [x for x in self.lake.lines if codes is None or fits(codes, x.code)]
        return [x for x in named if self.in_scope(x) and _spared_not(self.rule, x.get("bilg_dept_codg"), x.visit)]

    def counted(self, visit: Visit, on: date | None = None) -> bool:
        """Whether the visit counts under the row (any W); validity by its end, or by the day given."""
        if not self.book.holds(self.rule, on or (visit.end.date() if visit.end else None)):
            return False
        if not self._in_scope(visit, visit.last.row, visit.hosp_lv):
            return False
        dept = text(visit.row, "dscg_dept_codg") or text(visit.row, "adm_dept_codg")
        return _spared_not(self.rule, dept, visit)

    def judged(self, visit: Visit) -> bool:
        """Whether the visit may be at fault under the row."""
        return self.counted(visit) and (self.rule.own_pay or visit.fund > 0)

    def judged_visits(self) -> list[Visit]:
        """Visits of the judged month that may be at fault."""
        return [visit for visit in self.lake.visits if visit.month == self.month and self.judged(visit)]

    @property
    def last_day(self) -> date:
        """The last day of the judged month."""
        return last_day(self.month)

    def _in_scope(self, visit: Visit, settlement: dict[str, str | None], hosp_lv: int | None) -> bool:
        rule = self.rule
        insutype, area = text(settlement, "insutype"), text(settlement, "insu_admdvs")
        tests = (
            not rule.insutype or insutype in rule.insutype,
            not rule.med_class or visit.visit_class in rule.med_class,
            not rule.hosp_lv or (hosp_lv is not None and hosp_lv in [int(entry) for entry in rule.hosp_lv]),
            not rule.poolarea or (area is not None and area.startswith(tuple(rule.poolarea))),
        )
        return all(tests)


def _spared_not(rule: Rule, dept: str | None, visit: Visit) -> bool:
    """Whether no exemption spares; one that cannot be checked does."""
    if rule.exempt_dept and (dept is None or dept.startswith(tuple(rule.exempt_dept))):
        return False
    return not rule.exempt_diag or match(rule.exempt_diag, visit.codes) is False


def whole(line: Line) -> Fault:
    """L: the line's net amount and count."""
    return Fault(line, line.amt, line.cnt)


def by_count(line: Line, take: Fraction) -> Fault:
    """X: so many counts at the line's price, never above its net amount; without a price nothing can be said."""
    return Fault(line, min(half_up(take * (line.pric or ZERO), 2), line.amt), half_up(take, 4))


def by_amount(line: Line, excess: Fraction) -> Fault:
    """XA: so much of the line's amount, and the count in proportion."""
    amt = min(half_up(excess, 2), line.amt)
    return Fault(line, amt, half_up(line.cnt * amt / line.amt, 4))


def allocate(lines: list[Line], excess: Fraction) -> list[Fault]:
    """X of an excess count over lines, from the last backwards; lines with nothing taken are left out."""
    faults, rest = [], excess
    for line in sorted(lines, key=lambda x: x.order, reverse=True):
        take = min(line.cnt, rest)
        if take > 0:
            faults.append(by_count(line, take))
            rest -= take
    return faults


def untouched(lines: list[Line], faults: list[Fault]) -> list[Line | Visit]:
    """The lines from which nothing was taken."""
    taken = {id(fault.item) for fault in faults}
    return [line for line in lines if id(line) not in taken]


def whole_visit(visit: Visit, related: list[Line | Visit] | None = None) -> Found:
    """W: the whole visit at fault, to be reviewed."""
    return Found([Fault(visit, visit.fund, ZERO)], related or [], "visit", "visit", 0)
