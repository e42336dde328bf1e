"""What a synthetic county is made of, and what comes back when one was generated."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

PERSONS_PER_HOSPITAL = 1500
# Comparisons between institutions of one rank need peers, however small the county is.
LEAST_HOSPITALS = 30


@dataclass(frozen=True)
class CountyProfile:
    """Size, period and seed of a county; the same profile gives the same county whatever the partitioning.

    ``violations``: persons cast for a planted case, per insured person; 0 gives a county without any. ``explained``: the same
    of cases that look wrong and have an explanation; none where there are no violations.
    """

    persons: int = 20_000
    months: int = 24
    seed: int = 7
    start: str = "2024-01"
    violations: float = 0.03
    explained: float = 0.0

    @property
    def first_day(self) -> date:
        """First day of the first month."""
        return date(int(self.start[:4]), int(self.start[5:7]), 1)

    @cached_property
    def batches(self) -> list[str]:
        """The batch of each month, in order: ``2024-01``, ``2024-02`` …"""
        first = self.first_day.year * 12 + self.first_day.month - 1
        return [f"{m // 12:04d}-{m % 12 + 1:02d}" for m in range(first, first + self.months)]

    @property
    def days(self) -> int:
        """Days from the first month's first to the last month's last."""
        after = self.first_day.year * 12 + self.first_day.month - 1 + self.months
        return (date(after // 12, after % 12 + 1, 1) - self.first_day).days

    @property
    def hospitals(self) -> int:
        return max(LEAST_HOSPITALS, self.persons // PERSONS_PER_HOSPITAL)

    @property
    def pharmacies(self) -> int:
        return self.hospitals // 2


@dataclass
class CountyReport:
    """What was written: rows of each table over all batches, planted cases of each type, seconds of each step."""

    landing: Path
    truth: Path | None
    rows: dict[str, int] = field(default_factory=dict)
    planted: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
