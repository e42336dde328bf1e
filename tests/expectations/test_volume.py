"""Whom a batch should bring, and on which days: learnt from the batches before, with public holidays left out."""

from __future__ import annotations

from datetime import date, timedelta

from tests.expectations.world import Rows, faults, measured, settled_days

MONDAY = date(2025, 1, 6)
VOLUMES = ("volume", "absent", "one_upload", "area_volume", "missing_day", "missing_area_day")


def weekly(batch_id: str, institution: str, weeks: int = 8) -> Rows:
    """Twenty settlements a day in so many weeks up to 2 March, each week in a batch of its own."""
    first = MONDAY + timedelta(days=7 * (8 - weeks))
    return [
        row
        for week in range(weeks)
        for row in settled_days(first + timedelta(days=7 * week), 7, 20, f"{batch_id}-{week}", institution)
    ]


def next_week(institution: str, each: int = 20, batch_id: str = "b2") -> Rows:
    """A settlement week after that."""
    return settled_days(date(2025, 3, 3), 7, each, batch_id, institution)


def odd(settlements: Rows) -> dict[str, int | None]:
    """The checks of volume with faults, in batch b2."""
    found = faults(measured({"setl_d": settlements}))
    return {name: found[f"setl_d.{name}"] for name in VOLUMES if f"setl_d.{name}" in found}


def test_a_hospital_that_always_sends_alone_is_not_asked_for_the_others() -> None:
    assert odd([*weekly("a-h1", "h1"), *weekly("a-h2", "h2"), *next_week("h1")]) == {}


def test_who_always_came_along_is_missed() -> None:
    together = [*weekly("a", "h1"), *weekly("a", "h2"), *next_week("h1")]

    assert odd(together) == {"absent": 1, "missing_day": 7, "volume": 1, "area_volume": 1}


def test_a_few_late_bills_of_another_hospital_make_nobody_due() -> None:
    stray = [
        *settled_days(date(2025, 2, 20), 1, 1, "a-h1-6", "h2"),  # in the batch of h1 a week before
        *settled_days(date(2025, 3, 4), 1, 1, "b2", "h2"),
    ]
    stray = [{**row, "setl_id": f"stray-{row['setl_id']}"} for row in stray]

    assert odd([*weekly("a-h1", "h1"), *weekly("a-h2", "h2"), *next_week("h1"), *stray]) == {}


def test_a_load_of_years_does_not_say_who_comes_together() -> None:
    years = [row for name in ("h1", "h2") for row in settled_days(MONDAY - timedelta(days=100), 156, 20, "a-years", name)]

    assert odd([*years, *next_week("h1")]) == {}


def test_a_hospital_alone_has_seasons_but_not_three_times_its_bills() -> None:
    alone = weekly("a-h1", "h1")

    assert odd([*alone, *next_week("h1", each=32)]) == {"area_volume": 1}
    assert odd([*alone, *next_week("h1", each=70)]) == {"area_volume": 1, "volume": 1}


def test_a_hospital_alone_may_close_for_a_day() -> None:
    closed = [row for row in next_week("h1") if not row["setl_time"].startswith("2025-03-05")]

    assert odd([*weekly("a-h1", "h1"), *closed]) == {}


def test_a_public_holiday_is_not_held_against_anybody() -> None:
    # Qingming, Friday 4 April 2025, to Sunday 6 April: nobody works; all the rest of the week is as ever.
    before = [row for name in ("h1", "h2") for row in settled_days(date(2025, 2, 3), 56, 60, "a", name)]
    week = [row for name in ("h1", "h2") for row in settled_days(date(2025, 3, 31), 8, 60, "b2", name)]

    def without(*days: str) -> Rows:
        return [*before, *(row for row in week if row["setl_time"][:10] not in days)]

    assert odd(without("2025-04-04", "2025-04-05", "2025-04-06")) == {}
    assert odd(without("2025-04-03")) == {"missing_day": 2, "missing_area_day": 1}
