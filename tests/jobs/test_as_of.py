"""Up to which day a month is judged, by the business date of the night and by how it was judged before."""

from __future__ import annotations

from datetime import date

import pytest

from jobs.night import Judged, as_of
from tests.jobs.nights import settings_of

MARCH = "2025-03"
IN_MARCH, AFTER, END = date(2025, 3, 10), date(2025, 4, 2), date(2025, 3, 31)
BEFORE = date(2025, 2, 28)


def judged_as_of(day: date) -> Judged:
    """A month that was judged as of that day."""
    return Judged("v", "digest", day, date(2025, 1, 1))


@pytest.mark.parametrize(
    ("business_date", "before", "expected", "why"),
    [
        (IN_MARCH, None, IN_MARCH, "the night's own day"),
        (AFTER, None, END, "a month is over at its end"),
        (BEFORE, judged_as_of(END), END, "a late backfill of February does not take March back"),
        (IN_MARCH, judged_as_of(BEFORE), IN_MARCH, "time went on"),
        (BEFORE, judged_as_of(AFTER), END, "a day that was set once does not outlive its setting beyond the month"),
    ],
)
def test_a_month_goes_forward_only(business_date: date, before: Judged | None, expected: date, why: str) -> None:
    assert as_of(MARCH, business_date, settings_of(), before) == expected, why


def test_the_setting_wins() -> None:
    assert as_of(MARCH, AFTER, settings_of("as_of=2025-03-10"), judged_as_of(END)) == IN_MARCH
