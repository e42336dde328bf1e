"""Complete years, months and days between two dates (rule_types.yaml, ``general.age``), in the portable subset."""

from __future__ import annotations


def complete_years(birth: str, on: str) -> str:
    """SQL for complete years; NULL where the birth is missing or later than the day."""
    birthday_ahead = f"CASE WHEN month({on}) * 100 + day({on}) < month({birth}) * 100 + day({birth}) THEN 1 ELSE 0 END"
    return f"CASE WHEN {birth} <= {on} THEN CAST(year({on}) - year({birth}) - {birthday_ahead} AS INT) END"


def age_in_unit(unit: str, birth: str, on: str) -> str:
    """SQL for the age in years, months or days as ``unit`` (SQL) says; NULL where it is unknown."""
    months = f"(year({on}) - year({birth})) * 12 + month({on}) - month({birth})"
    return f"""CASE {unit}
        WHEN 'year' THEN {complete_years(birth, on)}
        WHEN 'month' THEN CASE WHEN {birth} <= {on} THEN
            CAST({months} - CASE WHEN day({on}) < day({birth}) THEN 1 ELSE 0 END AS INT) END
        WHEN 'day' THEN CASE WHEN {birth} <= {on} THEN CAST(datediff({on}, {birth}) AS INT) END
    END"""
