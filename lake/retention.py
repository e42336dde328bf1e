"""Which publications are kept whole, and which data files none of them needs. Without Spark."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from lake.pins import Pins
from lake.table_log import read_log
from lake.tables import TABLES


def expiring(pins: Pins, today: date, days: int, month_end_years: int) -> frozenset[int]:
    """The publications that need not be kept any more, those that expired before among them.

    Kept are the last one, those of the last ``days``, and the last of each month for so many years. By business date.
    """
    last_of_month = {pin.business_date.strftime("%Y-%m"): number for number, pin in pins.publications.items()}
    young = today - timedelta(days=days)
    first_month_end = (today.year - month_end_years, today.month, today.day)
    kept = {max(pins.publications, default=0)}
    for number, pin in pins.publications.items():
        is_month_end = number in last_of_month.values()
        day = pin.business_date
        if day >= young or (is_month_end and (day.year, day.month, day.day) >= first_month_end):
            kept.add(number)
    return pins.expired | frozenset(pins.publications.keys() - kept)


def unneeded_files(lake: Path, pins: Pins, expired: frozenset[int]) -> list[Path]:
    """The data files that neither the newest version nor a publication that is kept names, what killed runs left among them.

    The caller holds the writer's lock: a file of a write at work is named by nothing yet.
    """
    return [file for name in sorted(TABLES) for file in _unneeded(lake / name, pins.kept(name, expired))]


def _unneeded(folder: Path, versions: set[int]) -> list[Path]:
    log = read_log(folder)
    if log.newest < 0:
        return []
    needed = log.needed(versions | {log.newest})
    there = (file for file in sorted(folder.rglob("*.parquet")) if "_delta_log" not in file.relative_to(folder).parts)
    return [file for file in there if file.relative_to(folder).as_posix() not in needed]
