"""The values that settings hold: how each is read from its text, and what a wrong one should have been."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from expectations.suites import CHECK_NAMES
from lake.tables import SOURCE_TABLES
from rules.catalogue import RULE_TYPES

VisitClass = Literal["OTP", "EMERG", "OPSP", "IPT", "DAYSURG", "PHARM", "MATN", "TRAUMA"]


class Section(BaseModel):
    """A group of settings; every one must be given, no other may be."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _day(text: object) -> date | None:
    if text == "":
        return None
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(text)):
        raise ValueError("a date like 2025-03-31, or empty")
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise ValueError("a date that exists, like 2025-03-31, or empty") from None


def _days(text: object) -> tuple[date, ...]:
    found: list[date] = []
    for entry in _entries(text):
        first, _, last = entry.partition("..")
        try:
            days = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError:
            raise ValueError("days like 2025-10-01, or runs of days like 2025-10-01..2025-10-08, separated by ;") from None
        found += [days[0] + timedelta(days=step) for step in range((days[1] - days[0]).days + 1)]
    return tuple(sorted(set(found)))


def _truth(text: object) -> bool:
    if str(text).lower() not in ("true", "false"):
        raise ValueError("true or false")
    return str(text).lower() == "true"


def _entries(text: object) -> tuple[str, ...]:
    entries = tuple(entry.strip() for entry in str(text).split(";"))
    return tuple(entry for entry in entries if entry)


def _times_a_day(text: object) -> Fraction:
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9}|/0*[1-9]\d{0,8})?", str(text)) or not Fraction(str(text)):
        raise ValueError("a number or fraction above 0, like 2, 0.5 or 1/7")
    return Fraction(str(text))


def _frequency_text(text: object) -> str:
    name = str(text).strip().upper()
    if not name or re.search(r"""['"`\\{}\n]""", name):
        raise ValueError("a text without quotes, braces and backslashes")
    return name


def _prefix(text: object) -> str:
    if not re.fullmatch(r"[0-9A-Za-z]+", str(text)):
        raise ValueError("a code prefix of letters and digits")
    return str(text)


def _heap(text: object) -> str:
    if not re.fullmatch(r"[1-9][0-9]*[mg]", str(text)):
        raise ValueError("a size like 4g or 900m")
    return str(text)


def _column(name: object) -> str:
    known = {column.name for table in SOURCE_TABLES.values() for column in table.columns}
    if name not in known:
        raise ValueError("a column of a landing table")
    return str(name)


def _rule_type(name: object) -> str:
    if name not in RULE_TYPES:
        raise ValueError(f"a rule type, one of {', '.join(RULE_TYPES)}")
    return str(name)


def _check_name(name: object) -> str:
    if name not in CHECK_NAMES:
        raise ValueError("a check of the gate, <table>.<check>, as docs/gate lists them")
    return str(name)


Day = Annotated[date | None, BeforeValidator(_day)]
Days = Annotated[tuple[date, ...], BeforeValidator(_days)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Hours = Annotated[Decimal, Field(ge=0, le=1000)]
Entries = Annotated[tuple[str, ...], BeforeValidator(_entries)]
Prefix = Annotated[str, BeforeValidator(_prefix)]
Heap = Annotated[str, BeforeValidator(_heap)]
Prefixes = Annotated[tuple[Prefix, ...], BeforeValidator(_entries)]
TimesADay = Annotated[Fraction, BeforeValidator(_times_a_day)]
FrequencyText = Annotated[str, BeforeValidator(_frequency_text)]
ColumnName = Annotated[str, BeforeValidator(_column)]
Columns = Annotated[tuple[ColumnName, ...], BeforeValidator(_entries)]
RuleTypeId = Annotated[str, BeforeValidator(_rule_type)]
Roles = Annotated[tuple[Literal["reveal", "review", "rotate"], ...], BeforeValidator(_entries)]
CheckName = Annotated[str, BeforeValidator(_check_name)]
