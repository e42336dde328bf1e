"""Weighted Jaccard, medians, robust z: exact, then rounded half up to 4 decimals."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from tests.reference.bills import Visit
from tests.reference.values import half_up


def jaccard(first: Visit, second: Visit) -> Fraction | None:
    """Similarity of two visits' items by net_amt; unknown if neither has a line with a code."""
    sums: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(), Fraction()])
    for side, visit in enumerate((first, second)):
        for line in visit.lines:
            if line.code is not None:
                sums[line.code][side] += line.amt
    whole = sum((max(pair) for pair in sums.values()), Fraction())
    return half_up(sum((min(pair) for pair in sums.values()), Fraction()) / whole, 4) if whole else None


def median(values: list[Fraction]) -> Fraction:
    """The middle value, or the mean of the two middle ones."""
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def robust_z(value: Fraction, peers: list[Fraction]) -> Fraction | None:
    """(value - median) / (1.4826 × MAD); unknown if MAD is 0."""
    centre = median(peers)
    mad = median([abs(x - centre) for x in peers])
    return half_up((value - centre) / (Fraction(14826, 10000) * mad), 4) if mad else None
