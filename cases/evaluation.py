"""How much of what can be confirmed an order of cases finds early, beside other orders. Loads where no Spark runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

OURS, BY_AMOUNT, BY_SEVERITY, BEST = "expected", "amount", "severity", "best"


@dataclass(frozen=True)
class JudgedCase:
    """A case whose end is known: ``confirmed`` in 分 of its ``fund``; ``rank`` is the one that its month's list would give it."""

    case_id: str
    month: str
    rank: int
    fund: int
    sev_deg: int
    minutes: int
    confirmed: int


# Of equal cases the smaller case_id comes first in every order, so that none is helped by chance.
ORDERS: dict[str, Callable[[JudgedCase], tuple[int, ...]]] = {
    OURS: lambda case: (case.rank,),
    BY_AMOUNT: lambda case: (-case.fund,),
    BY_SEVERITY: lambda case: (case.sev_deg, -case.fund),
    BEST: lambda case: (-case.confirmed,),
}


@dataclass(frozen=True)
class Reached:
    """What an order reaches with the first cases of every month: cases looked at, confirmed ones and 分 among them."""

    order: str
    cases: int
    confirmed_cases: int
    confirmed: int


@dataclass(frozen=True)
class Depth:
    """How far every order goes, ``share`` of a month's cases or ``hours`` a month, and what each reaches; all there is."""

    share: Fraction | None
    hours: int | None
    reached: dict[str, Reached]
    all_confirmed_cases: int
    all_confirmed: int

    def precision(self, order: str) -> Fraction | None:
        """Confirmed cases of those looked at; None if none was."""
        found = self.reached[order]
        return Fraction(found.confirmed_cases, found.cases) if found.cases else None

    def recall(self, order: str) -> Fraction | None:
        """Confirmed cases found of all there are; None if there are none."""
        return Fraction(self.reached[order].confirmed_cases, self.all_confirmed_cases) if self.all_confirmed_cases else None

    @property
    def gap_closed(self) -> Fraction | None:
        """Of what the best possible order confirms beyond ranking by amount, the share that ours does; None without a gap."""
        least, most = self.reached[BY_AMOUNT].confirmed, self.reached[BEST].confirmed
        return Fraction(self.reached[OURS].confirmed - least, most - least) if most > least else None


def at_share(cases: Iterable[JudgedCase], share: Fraction) -> Depth:
    """Every month's first ``share`` of its cases, rounded up."""
    return _depth(cases, lambda ordered: ordered[: ceil(len(ordered) * share)], share=share)


def at_hours(cases: Iterable[JudgedCase], hours: int) -> Depth:
    """Every month's first cases within ``hours``; the case during which they end is brought to its end."""

    def within(ordered: Sequence[JudgedCase]) -> Sequence[JudgedCase]:
        left, taken = hours * 60, 0
        while taken < len(ordered) and left > 0:
            left -= ordered[taken].minutes
            taken += 1
        return ordered[:taken]

    return _depth(cases, within, hours=hours)


def curve(cases: Iterable[JudgedCase], order: str, steps: int) -> list[tuple[float, float]]:
    """Share of the cases looked at and share of the amount confirmed, from nothing to all, every month as far."""
    known = list(cases)
    total = sum(case.confirmed for case in known)
    shares = [Fraction(step, steps) for step in range(steps + 1)]
    return [(float(share), at_share(known, share).reached[order].confirmed / total if total else 0.0) for share in shares]


def _depth(
    cases: Iterable[JudgedCase],
    first: Callable[[Sequence[JudgedCase]], Sequence[JudgedCase]],
    share: Fraction | None = None,
    hours: int | None = None,
) -> Depth:
    months: dict[str, list[JudgedCase]] = defaultdict(list)
    for case in cases:
        months[case.month].append(case)
    reached = {}
    for order, key in ORDERS.items():
        looked_at = [case for of in months.values() for case in first(_sorted(of, key))]
        confirmed = [case.confirmed for case in looked_at if case.confirmed > 0]
        reached[order] = Reached(order, len(looked_at), len(confirmed), sum(confirmed))
    everything = [case.confirmed for of in months.values() for case in of if case.confirmed > 0]
    return Depth(share, hours, reached, len(everything), sum(everything))


def _sorted(cases: Sequence[JudgedCase], key: Callable[[JudgedCase], tuple[int, ...]]) -> list[JudgedCase]:
    return sorted(cases, key=lambda case: (*key(case), case.case_id))
