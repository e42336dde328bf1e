"""Which version governs on which day."""

import datetime as dt
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.book.versions import rule_validity
from tests.rules.rulebooks import rule_table

DAY = dt.date(2025, 3, 1)


def version(number: int, first: int | None, last: int | None, stas: str = "active", rule_id: str = "R1") -> dict:
    """A version valid from day ``first`` to day ``last`` of March 2025; None is open."""
    return {
        "rule_type_id": "V02",
        "rule_id": rule_id,
        "rule_ver": number,
        "stas": stas,
        "begndate": None if first is None else DAY + dt.timedelta(first - 1),
        "enddate": None if last is None else DAY + dt.timedelta(last - 1),
    }


def intervals(rows: Sequence[dict]) -> list[tuple[int, str, str]]:
    found = rule_validity(rule_table(rows)).to_pylist()
    return [(row["rule_key"], str(row["eff_beg"]), str(row["eff_end"])) for row in found]


def test_one_version_governs_its_validity() -> None:
    assert intervals([version(1, None, 31)]) == [(1, "1900-01-01", "2025-03-31")]


def test_a_later_version_interrupts_an_earlier_one() -> None:
    assert intervals([version(1, None, None), version(2, 5, 10)]) == [
        (1, "1900-01-01", "2025-03-04"),
        (1, "2025-03-11", "9999-12-31"),
        (2, "2025-03-05", "2025-03-10"),
    ]


def test_a_gap_between_versions_belongs_to_none() -> None:
    assert intervals([version(1, 1, 5), version(2, 10, 12)]) == [
        (1, "2025-03-01", "2025-03-05"),
        (2, "2025-03-10", "2025-03-12"),
    ]


def test_a_retired_newest_version_switches_the_rule_off_for_its_period() -> None:
    assert intervals([version(1, None, None), version(2, 5, None, "retired")]) == [(1, "1900-01-01", "2025-03-04")]


def test_keys_follow_catalogue_order_then_id_then_version() -> None:
    rows = [version(2, 5, 6), version(1, 1, 4), version(1, 1, 9, rule_id="R0")]
    rows += [{"rule_type_id": "V01", "rule_id": "Z"}]
    assert [key for key, *_ in intervals(rows)] == [1, 2, 3, 4]
    assert intervals(rows)[1] == (2, "2025-03-01", "2025-03-09")


bounds = st.one_of(st.none(), st.integers(1, 12))
versions = st.lists(st.tuples(bounds, bounds, st.sampled_from(["active", "shadow", "retired"])), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(versions)
def test_intervals_are_those_of_a_plain_day_by_day_reading(drawn: list) -> None:
    rows = [
        version(number, first, last, stas)
        for number, (first, last, stas) in enumerate(drawn, start=1)
        if first is None or last is None or first <= last
    ]
    found = rule_validity(rule_table(rows)).to_pylist()
    for offset in range(-1, 15):
        day = DAY + dt.timedelta(offset)
        valid = [
            (row["rule_ver"], key, row["stas"])
            for key, row in enumerate(rows, start=1)
            if (row["begndate"] or dt.date.min) <= day <= (row["enddate"] or dt.date.max)
        ]
        expected = [max(valid)[1]] if valid and max(valid)[2] != "retired" else []
        assert [row["rule_key"] for row in found if row["eff_beg"] <= day <= row["eff_end"]] == expected
