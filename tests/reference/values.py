"""Text of a landing file to values: None is missing, and so is what cannot be parsed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction

Row = dict[str, str | None]
EARLIEST = datetime(1, 1, 1)  # noqa: DTZ001


def text(row: Row, name: str) -> str | None:
    """The value as it is written; an empty one is missing."""
    return row.get(name) or None


def number(row: Row, name: str) -> Fraction | None:
    """Exact value of a decimal number."""
    return as_number(text(row, name))


def as_number(value: str | None) -> Fraction | None:
    """Exact value of a decimal number."""
    try:
        parsed = Decimal(value or "")
    except InvalidOperation:
        return None
    return Fraction(parsed) if parsed.is_finite() else None


def integer(row: Row, name: str) -> int | None:
    """A whole number; leading zeros do not matter."""
    return as_integer(text(row, name))


def as_integer(value: str | None) -> int | None:
    """A whole number; leading zeros do not matter."""
    try:
        return int(value or "")
    except ValueError:
        return None


def day(row: Row, name: str) -> date | None:
    """A calendar date, YYYY-MM-DD."""
    return as_day(text(row, name))


def as_day(value: str | None) -> date | None:
    """A calendar date, YYYY-MM-DD."""
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return None


def moment(row: Row, name: str) -> datetime | None:
    """A time of day on a date, YYYY-MM-DD HH:MM:SS."""
    try:
        return datetime.strptime(text(row, name) or "", "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return None


def date_of(when: datetime | None) -> date | None:
    """The calendar date of a time."""
    return when.date() if when else None


def half_up(value: Fraction, places: int) -> Fraction:
    """Rounded half up (values are never negative where the contract rounds; a negative z rounds away from zero)."""
    scale = 10**places
    magnitude = (2 * abs(value) * scale + 1) // 2
    return Fraction(magnitude, scale) * (-1 if value < 0 else 1)


def month_of(when: date | datetime | None) -> str | None:
    """YYYY-MM of a date."""
    return f"{when:%Y-%m}" if when else None


def last_day(month: str) -> date:
    """The last day of a month YYYY-MM."""
    year, number_ = int(month[:4]), int(month[5:])
    return (date(year + number_ // 12, number_ % 12 + 1, 1)) - timedelta(days=1)


def months_before(month: str, count: int) -> str:
    """The month that lies so many months before."""
    ordinal = int(month[:4]) * 12 + int(month[5:]) - 1 - count
    return f"{ordinal // 12:04d}-{ordinal % 12 + 1:02d}"


def entries(value: str | None) -> list[str]:
    """The entries of a `;`-separated list."""
    return [entry.strip() for entry in (value or "").split(";") if entry.strip()]


def age(birth: date | None, on: date | None, unit: str) -> int | None:
    """Complete years, months or days; None if the birth is missing or later than the day."""
    if birth is None or on is None or birth > on:
        return None
    if unit == "day":
        return (on - birth).days
    if unit == "month":
        return (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def any_of(truths: list[bool | None]) -> bool | None:
    """Three-valued OR: true if one is true, else unknown if one is unknown, else false."""
    if any(truth is True for truth in truths):
        return True
    return None if any(truth is None for truth in truths) else False
