"""Options that several commands take, and their values read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lake.errors import BadInput
from lake.places import place

if TYPE_CHECKING:
    from jobs.settings import Settings

Lake = Annotated[
    Path, typer.Option("--lake", parser=place, metavar="PLACE", help="folder of the lake (Delta tables), or s3://bucket/folder")
]
Set = Annotated[list[str], typer.Option("--set", metavar="KEY=VALUE", help="a setting of conf/ for this run; repeatable")]
Until = Annotated[Literal["load", "gate"] | None, typer.Option(help="stop after this step and publish nothing")]
Month = Annotated[str, typer.Option(help="month, YYYY-MM")]


def month_of(text: str, option: str) -> str:
    """``text`` if it is a month; BadInput otherwise."""
    if not re.fullmatch(r"(19|20)\d{2}-(0[1-9]|1[0-2])", text):
        raise BadInput(f"{option} {text}: must be a month like 2025-03")
    return text


def day_of(text: str | None, option: str) -> date:
    """``text`` as a date, today if it is not given; BadInput otherwise."""
    if text is None:
        return date.today()  # noqa: DTZ011 - the business date is the site's own day
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{option} {text}: must be a date like 2025-03-31") from None


def load_settings(overrides: Sequence[str]) -> Settings:
    """The settings of this run. They know all rule types and checks, whose import `status` and `--help` need not wait for."""
    from jobs.settings import load_settings as load

    return load(overrides)
