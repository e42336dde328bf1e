"""Net rows: settlements, visits and lines, with everything that a rule asks of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from tests.reference.diagnoses import Diagnosis, main_of
from tests.reference.values import EARLIEST, Row, integer, month_of, number, text


@dataclass(eq=False)
class Settlement:
    """A net settlement: valid, not refunded, of a valid visit."""

    id: str
    mdtrt_id: str
    row: Row
    time: datetime | None
    fund: Fraction
    inscp: Fraction

    @property
    def month(self) -> str | None:
        """The month in which its lines are judged."""
        return month_of(self.time)


@dataclass(eq=False)
class Visit:
    """A valid visit with at least one net settlement; its settlement attributes are those of the last one."""

    id: str
    row: Row
    settlements: list[Settlement]
    visit_class: str | None
    is_inpatient: bool | None
    begin: datetime | None
    end: datetime | None
    gend: int | None
    brdy: date | None
    hosp_lv: int | None
    diagnoses: list[Diagnosis]
    lines: list[Line] = field(default_factory=list)

    @property
    def last(self) -> Settlement:
        """The last net settlement by (setl_time, setl_id)."""
        return max(self.settlements, key=lambda s: (s.time or EARLIEST, s.id))

    @property
    def month(self) -> str | None:
        """The month in which the visit is judged."""
        return self.last.month

    @property
    def person(self) -> str | None:
        """psn_no."""
        return text(self.row, "psn_no")

    @property
    def institution(self) -> str | None:
        """fixmedins_code."""
        return text(self.row, "fixmedins_code")

    @property
    def fund(self) -> Fraction:
        """W: what the fund paid in all its net settlements."""
        return sum((s.fund for s in self.settlements), Fraction())

    @property
    def codes(self) -> list[str]:
        """Every diagnosis code."""
        return [d.code for d in self.diagnoses]

    @property
    def main(self) -> str | None:
        """The main diagnosis."""
        return main_of(self.diagnoses)

    @property
    def fee(self) -> Fraction | None:
        """Sum of net_amt; unknown for a visit without lines."""
        return sum((line.amt for line in self.lines), Fraction()) if self.lines else None


@dataclass(eq=False)
class Line:
    """A net line: its own time, price and codes, with count and amounts after refunds."""

    sn: str
    row: Row
    visit: Visit
    settlement: Settlement
    time: datetime
    cnt: Fraction
    amt: Fraction
    inscp: Fraction
    gend: int | None
    brdy: date | None
    hosp_lv: int | None

    @property
    def mdtrt_id(self) -> str:
        """The visit's key."""
        return self.visit.id

    @property
    def date(self) -> date:
        """date(fee_ocur_time)."""
        return self.time.date()

    @property
    def code(self) -> str | None:
        """med_list_codg."""
        return text(self.row, "med_list_codg")

    @property
    def person(self) -> str | None:
        """psn_no."""
        return text(self.row, "psn_no")

    @property
    def pric(self) -> Fraction | None:
        """The price of one count."""
        return number(self.row, "pric")

    @property
    def order(self) -> tuple[datetime, str, str]:
        """First = smallest, last = largest."""
        return (self.time, self.visit.id, self.sn)

    def flag(self, name: str) -> int | None:
        """A flag or another whole number of the line."""
        return integer(self.row, name)

    def get(self, name: str) -> str | None:
        """A text of the line."""
        return text(self.row, name)
