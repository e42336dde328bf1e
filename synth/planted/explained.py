"""Cases that look wrong and are not: the rule's letter is broken, and the papers explain it.

Their explanation can be seen from outside, mostly: a referral hospital treats the severe ones, whose bills are long. Neither is
a proof, as some planted cases lie at such hospitals too and some explained ones elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from synth.planted import charges, clinical, limits, pairs, suspicions
from synth.planted.desk import Desk
from synth.planted.shelf import Row

EXPLAINED = "explained"
# Types for which the visit's papers may hold an explanation; what the bill alone proves has none.
WRITERS = (
    limits.v01, pairs.v08, clinical.v19, clinical.v20, clinical.v24, clinical.v27, clinical.v28, suspicions.s01, suspicions.s02,
    suspicions.s05, charges.s06, charges.s07, suspicions.s08,
)  # fmt: skip
REFERRAL_RANK = 3
# Of a hundred cases so many are at a referral hospital if their rule lets them be; of its visits so many have a long bill.
REFERRED, LONG = 85, 80
MORE_LINES = 3


class ExplainedDesk(Desk):
    """Goes on where a desk ended, in the same plan, and notes every case as explained."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.rules, desk.profile)
        self.plan, self.cast, self.serial, self.doctors_used = desk.plan, desk.cast, desk.serial, desk.doctors_used

    def hospital_for(self, row: Row | None, ranks: Iterable[int] = (3, 2, 1)) -> int | None:
        wanted = tuple(ranks)
        is_referred = REFERRAL_RANK in wanted and self.draw("referral", 100) < REFERRED
        referred = super().hospital_for(row, (REFERRAL_RANK,)) if is_referred else None
        return super().hospital_for(row, wanted) if referred is None else referred

    def visit(
        self, person: Row, visit_class: str, day: int, diagnoses: list[str], *, filler: int = 1, **more: Any
    ) -> Row:  # fmt: skip
        # A visit without ordinary lines is what its case is about.
        longer = MORE_LINES if filler and self.draw("long", 100) < LONG else 0
        return super().visit(person, visit_class, day, diagnoses, filler=filler + longer, **more)

    def fault(
        self, type_id: str, row: Row, visit: Row, lines: list[Row] | None = None, amount: Decimal | None = None, kind: str = ""
    ) -> None:
        super().fault(type_id, row, visit, lines, amount, kind or EXPLAINED)
