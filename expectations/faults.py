"""SQL of faults that several tables can have. ``column`` is a column of ``this``."""

from __future__ import annotations

from collections.abc import Sequence


def missing(column: str) -> str:
    """The column holds nothing."""
    return f"this.{column} IS NULL"


def not_one_of(column: str, codes: Sequence[str | int]) -> str:
    """The column holds something else than the codes; numbers or texts, as the column is."""
    listed = ", ".join(f"'{code}'" if isinstance(code, str) else str(code) for code in codes)
    return f"this.{column} NOT IN ({listed})"


def no_number_of(column: str, numbers: str) -> str:
    """The text is none of the numbers, with or without leading zeros; ``numbers``: SQL list or a place for one."""
    return f"CASE WHEN this.{column} IS NOT NULL THEN coalesce(try_cast(this.{column} AS INT), -1) NOT IN ({numbers}) END"


def reversed_days(first: str, last: str) -> str:
    """The last day lies before the first."""
    return f"this.{last} < this.{first}"


def in_future(column: str) -> str:
    """The day lies after the business date."""
    return f"CAST(this.{column} AS DATE) > {{today}}"


def unknown_in(table: str, alias: str, key: str, column: str) -> str:
    """The column names a row that ``table``, joined as ``alias`` by its ``key``, does not have; not asked if it never came."""
    return f"CASE WHEN {{has_{table}}} AND this.{column} IS NOT NULL THEN {alias}.{key} IS NULL END"


def out_of_date(alias: str, key: str, day: str) -> str:
    """The row joined as ``alias`` is there but not valid on the ``day``; empty begin and end are open."""
    day = f"CAST({day} AS DATE)"
    return (
        f"CASE WHEN {alias}.{key} IS NOT NULL AND {day} IS NOT NULL "
        f"THEN {day} < coalesce({alias}.begndate, {day}) OR {day} > coalesce({alias}.enddate, {day}) END"
    )


def apart(one: str, other: str) -> str:
    """Two amounts differ by more than the tolerance."""
    return f"abs({one} - ({other})) > {{tolerance}}"


def outside_visit(column: str) -> str:
    """The day lies before or after the visit joined as ``visit``."""
    day = f"CAST(this.{column} AS DATE)"
    return f"{day} < CAST(visit.begntime AS DATE) OR {day} > CAST(visit.endtime AS DATE)"
