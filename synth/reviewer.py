"""A made-up auditor who reviews a synthetic county's cases: imperfect, late, and the same on every run.

What is decided is drawn from the truth table by a hash of the seed and of what is decided on, never by order or chance.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

REVIEWER = "模拟稽核员"
CENT = Decimal("0.01")
DRAWS = 16**12


@dataclass(frozen=True)
class Habits:
    """How the made-up auditor works. ``hours`` a month go to listed cases by rank; sampled cases are reviewed beside them.

    ``overlooked``: share of what was planted that is let pass. ``explained_type``, ``explained_institution``: the most of it
    that is explained away for a rule type, for an institution; each has a share of its own below it. ``mistaken``: share of
    the rest that is confirmed all the same. ``halved``: share of the confirmed of which only half of the amount is. ``days``:
    least and most days from the month's end to a conclusion.
    """

    hours: int
    case_minutes: int
    finding_minutes: int
    overlooked: Decimal
    explained_type: Decimal
    explained_institution: Decimal
    mistaken: Decimal
    halved: Decimal
    days: tuple[int, int]

    def minutes(self, findings: int) -> int:
        """What a case of so many findings takes."""
        return self.case_minutes + findings * self.finding_minutes


@dataclass(frozen=True)
class ListedCase:
    """A case of one month's list."""

    case_id: str
    rank: int
    findings: int
    is_sampled: bool


@dataclass(frozen=True)
class SeenFinding:
    """A finding of a reviewed case; ``planted``: the amount of its rows that were planted, None if none was."""

    case_id: str
    jr_id: str
    rule_type_id: str
    institution: str
    amount: Decimal
    planted: Decimal | None

    @property
    def matter(self) -> str:
        """What is looked at once: findings of one type in a case stand or fall together."""
        return f"{self.case_id}\u001f{self.rule_type_id}"


@dataclass(frozen=True)
class Verdict:
    """What the auditor makes of a finding: ``confirmed`` None refutes it."""

    finding: SeenFinding
    confirmed: Decimal | None
    concluded_on: date


def reviewed(cases: Iterable[ListedCase], habits: Habits) -> list[str]:
    """The cases of one month that are reviewed: by rank until the hours are used up, and every sampled one."""
    left = habits.hours * 60
    chosen = []
    for case in sorted(cases, key=lambda case: case.rank):
        # The case during which the hours end is still brought to its end.
        is_in_time = left > 0
        if is_in_time:
            left -= habits.minutes(case.findings)
        if is_in_time or case.is_sampled:
            chosen.append(case.case_id)
    return chosen


def verdicts(findings: Sequence[SeenFinding], month_end: date, seed: int, habits: Habits) -> list[Verdict]:
    """One verdict for each finding; those of a case have one day."""
    return [
        Verdict(finding, _confirmed(finding, seed, habits), _day(finding.case_id, month_end, seed, habits))
        for finding in findings
    ]


def last_day_of_review(month_end: date, habits: Habits) -> date:
    """The day by which every case of the month is concluded."""
    return month_end + timedelta(days=habits.days[1])


def _confirmed(finding: SeenFinding, seed: int, habits: Habits) -> Decimal | None:
    if finding.planted is None:
        return finding.amount if _draw(seed, "mistaken", finding.matter) < habits.mistaken else None
    if _draw(seed, "overlooked", finding.matter) < _let_pass(finding, seed, habits):
        return None
    if _draw(seed, "halved", finding.matter) < habits.halved:
        return (finding.planted / 2).quantize(CENT, ROUND_HALF_UP)
    return finding.planted


def _let_pass(finding: SeenFinding, seed: int, habits: Habits) -> Decimal:
    """The share let pass of what is like this finding: made up, so that there is something to learn of types and institutions."""
    of_type = habits.explained_type * _draw(seed, "type", finding.rule_type_id)
    of_institution = habits.explained_institution * _draw(seed, "institution", finding.institution)
    return 1 - (1 - habits.overlooked) * (1 - of_type) * (1 - of_institution)


def _day(case_id: str, month_end: date, seed: int, habits: Habits) -> date:
    least, most = habits.days
    return month_end + timedelta(days=least + int(_draw(seed, "day", case_id) * (most - least + 1)))


def _draw(seed: int, purpose: str, key: str) -> Decimal:
    """A number from 0 to below 1 that belongs to seed, purpose and key."""
    text = f"{seed}\u001f{purpose}\u001f{key}"
    return Decimal(int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)) / DRAWS
