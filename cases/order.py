"""The order in which auditors take a month's cases, and which of them their hours reach. Loads where no Spark runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """A case as the order sees it: amounts in 分, ``minutes`` that it takes an auditor, ``institution`` None if several."""

    case_id: str
    expected: int
    fund: int
    institution: str | None
    rule_type_id: str
    minutes: int
    sampled: bool


@dataclass(frozen=True)
class Quota:
    """An office's month: ``minutes`` of its auditors, of which ``reserve`` are for institutions and types that would else
    have fewer than ``per_institution`` and ``per_type`` cases.
    """

    minutes: int
    reserve: int
    per_institution: int
    per_type: int


@dataclass(frozen=True)
class Placed:
    """A case with its place, 1 first, and whether the hours reach it."""

    case_id: str
    rank: int
    in_quota: bool


def placed_cases(cases: Iterable[Candidate], quota: Quota) -> list[Placed]:
    """Every case of one month by rank: those within the quota by expected amount, then the others by expected amount.

    Of equal amounts the larger fund_amt, then the smaller case_id comes first. Into the quota go

    1. the random sample, whatever it takes;
    2. the first cases while minutes beyond the reserve are left;
    3. the first case, again and again, of an institution or type that has too few in it, while minutes are left;
    4. the first of the rest while minutes are left.

    The case during which the minutes end is still in the quota, as it is brought to its end.
    """
    by_amount = sorted(cases, key=lambda case: (-case.expected, -case.fund, case.case_id))
    filling = _Filling(quota)
    filling.take(case for case in by_amount if case.sampled)
    filling.take_while_left(by_amount, quota.reserve)
    filling.take_missing(by_amount)
    filling.take_while_left(by_amount, 0)
    order = [case for case in by_amount if case.case_id in filling.taken]
    rest = [case for case in by_amount if case.case_id not in filling.taken]
    return [Placed(case.case_id, rank, rank <= len(order)) for rank, case in enumerate([*order, *rest], start=1)]


class _Filling:
    """The quota while it is filled."""

    def __init__(self, quota: Quota) -> None:
        self.quota = quota
        self.left = quota.minutes
        self.taken: set[str] = set()
        self.of_institution: Counter[str | None] = Counter()
        self.of_type: Counter[str] = Counter()

    def take(self, cases: Iterable[Candidate]) -> None:
        for case in cases:
            self.taken.add(case.case_id)
            self.left -= case.minutes
            self.of_institution[case.institution] += 1
            self.of_type[case.rule_type_id] += 1

    def take_while_left(self, cases: Sequence[Candidate], kept: int) -> None:
        """Takes the cases in order until no more than ``kept`` minutes are left."""
        for case in cases:
            if self.left <= kept:
                return
            if case.case_id not in self.taken:
                self.take([case])

    def take_missing(self, cases: Sequence[Candidate]) -> None:
        """Takes in order the cases of which institution or type has too few; several institutions at once are none."""
        for case in cases:
            if self.left <= 0:
                return
            lacks_institution = (
                case.institution is not None and self.of_institution[case.institution] < self.quota.per_institution
            )
            lacks_type = self.of_type[case.rule_type_id] < self.quota.per_type
            if case.case_id not in self.taken and (lacks_institution or lacks_type):
                self.take([case])
