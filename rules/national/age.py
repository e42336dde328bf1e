"""The ages of a text that speaks of children."""

from __future__ import annotations

import re
from dataclasses import dataclass

# 儿童 without an age in the text is a person of 17 complete years or less (the agreed reading).
CHILD_MAX_YEARS = 17
NEWBORN_MAX_DAYS = 28  # contract, V03: "Newborn = age_max 28 with unit day"
ADULTS = re.compile(r"成人|成年")
# 1.… ；2.… : alternatives of one text; the number before the point is no age.
ALTERNATIVE = re.compile(r"(?:(?<=[：:；;。])|^)\s*\d\.")
RANGE = re.compile(r"(\d+)\s*(?:周岁|岁)?\s*[-~～—–至]\s*[<＜]?\s*(\d+)\s*(?:周岁|岁)")
LOWEST = re.compile(r"(\d+)\s*(周岁|岁|月龄|月)(?:及(?:\d+\s*(?:周岁|岁|月龄|月))?)?以上")
HIGHEST = re.compile(r"(\d+)\s*(周岁|岁|月龄|月)(?:及)?以下")


@dataclass(frozen=True)
class AgeReading:
    """Bounds in complete units; an empty text for no bound. ``reason`` is filled where the text decides nothing."""

    unit: str
    lowest: str
    highest: str
    reason: str = ""


def child_ages(text: str) -> AgeReading:
    """The widest ages over the alternatives of a text about children.

    以上 and 以下 include the number itself (Civil Code, article 1259). A text that gives only a lowest age keeps 17 as
    the highest; months and years together are written in months.
    """
    if ADULTS.search(text):
        return AgeReading("", "", "", "the text speaks of adults too")
    if re.fullmatch(r"新生儿专用(?:项目)?", text):
        return AgeReading("day", "", str(NEWBORN_MAX_DAYS))
    alternatives = [part for part in ALTERNATIVE.split(text) if len(part.strip("限：: ")) > 1] or [text]
    bounds = [_months(part) for part in alternatives]
    lowest = min((low for low, _ in bounds), default=0)
    highest = max(high for _, high in bounds)
    if lowest % 12 == 0 and highest % 12 == 11:
        return AgeReading("year", str(lowest // 12) if lowest else "", str(highest // 12))
    return AgeReading("month", str(lowest) if lowest else "", str(highest))


def _months(text: str) -> tuple[int, int]:
    """Lowest and highest age in complete months; 0 = none."""
    child_highest = CHILD_MAX_YEARS * 12 + 11
    both = RANGE.search(text)
    if both:
        return int(both[1]) * 12, int(both[2]) * 12 + 11
    low, high = LOWEST.search(text), HIGHEST.search(text)
    lowest = _in_months(low) if low else 0
    highest = _in_months(high) + (11 if "岁" in high[2] else 0) if high else child_highest
    return lowest, highest


def _in_months(found: re.Match[str]) -> int:
    return int(found[1]) * (12 if "岁" in found[2] else 1)
