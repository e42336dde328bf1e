"""Which publications expire, and which data files nothing names any more."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from lake.pins import Pin, Pins, pins_of
from lake.retention import expiring, unneeded_files
from tests.lake.written import WrittenLake

TODAY = date(2025, 12, 31)


def published_on(*days: str) -> Pins:
    """Publications 1, 2, 3 … by business date."""
    pins = [Pin(number, date.fromisoformat(day), {}, {}) for number, day in enumerate(days, start=1)]
    return Pins({pin.publication_id: pin for pin in pins})


def test_the_young_the_last_of_each_month_and_the_newest_are_kept() -> None:
    pins = published_on(
        "2022-12-30",  # 1: last of its month, but older than three years
        "2025-03-30",  # 2: another follows in its month
        "2025-03-31",  # 3: last of its month
        "2025-10-01",  # 4: another follows, older than 90 days
        "2025-10-02",  # 5: another follows, 90 days old
        "2025-10-30",  # 6
    )
    assert expiring(pins, TODAY, days=90, month_end_years=3) == {1, 2, 4}


def test_the_newest_is_kept_however_old_and_what_expired_stays_expired() -> None:
    old = published_on("2020-01-01", "2020-01-01")
    assert expiring(Pins(old.publications, frozenset({1})), TODAY, days=1, month_end_years=0) == {1}


def test_files_go_that_neither_a_kept_publication_nor_the_newest_version_names(tmp_path: Path) -> None:
    lake = WrittenLake(tmp_path)
    for table in ("finding", "rule"):
        lake.commit(table)
    for number in (1, 2, 3):
        for table in ("finding", "rule"):
            lake.commit(table, [{"value": number}], replaces=True)
        lake.publish(number, finding=1, rule=1)
    lake.commit("finding", [{"value": 4}], replaces=True)
    (tmp_path / "finding" / "part-of-a-killed-run.parquet").write_bytes(b"")

    files = unneeded_files(tmp_path, pins_of(tmp_path), frozenset({1, 2}))

    # Rule bases stay: findings name them for as long as they stand.
    assert [file.name for file in files] == ["part-1.parquet", "part-2.parquet", "part-of-a-killed-run.parquet"]
    assert {file.parent.name for file in files} == {"finding"}
