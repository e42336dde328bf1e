"""The command line: one subcommand for each job. Exit codes and one-line errors are the contract's (section 6)."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from jobs.console import start_logging
from jobs.settings import load_settings
from lake.errors import BadInput, FundguardError

app = typer.Typer(
    help="fundguard 医保基金智能监管: audits every settlement against the rule base and ranks the cases.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Lake = Annotated[Path, typer.Option("--lake", help="folder of the lake (Delta tables)")]
Set = Annotated[list[str], typer.Option("--set", metavar="KEY=VALUE", help="a setting of conf/ for this run; repeatable")]
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


@app.command()
def nightly(
    landing: Annotated[Path, typer.Option(help="folder with one folder per landed batch")],
    rules: Annotated[Path, typer.Option(help="folder of the rule base, one file per rule type")],
    lake: Lake,
    month: Month,
    business_date: Annotated[str | None, typer.Option("--date", help="business date, YYYY-MM-DD; default today")] = None,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Load what landed, judge the month and what new rows touch, rank the cases, publish.

    Reads LANDING and RULES; writes LAKE. A rerun with the same inputs changes nothing.
    """
    from jobs.nightly import nightly as run

    run(landing, rules, lake, month_of(month, "--month"), day_of(business_date, "--date"), load_settings(settings))


@app.command()
def audit(
    lake: Lake,
    first: Annotated[str, typer.Option("--from", help="first month, YYYY-MM")],
    to: Annotated[str, typer.Option(help="last month, YYYY-MM")],
    business_date: Annotated[str | None, typer.Option("--date", help="business date, YYYY-MM-DD; default today")] = None,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Judge a range of months of a loaded lake with its rule base, rank the cases, publish."""
    from jobs.nightly import audit_range

    audit_range(lake, month_of(first, "--from"), month_of(to, "--to"), day_of(business_date, "--date"), load_settings(settings))


@app.command()
def export(
    lake: Lake,
    table: Annotated[str, typer.Option(help="name of a published table, for example finding")],
    out: Annotated[Path, typer.Option(help="file to write, .csv or .parquet")],
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Write a table of the last publication, all months, rows by key."""
    from jobs.export import export as run

    print(f"{run(lake, table, out, load_settings(settings)):,} rows in {out}")


def main() -> None:
    """Runs the command line; the process ends with the exit code of what happened."""
    start_logging()
    try:
        app(standalone_mode=True)
    except FundguardError as error:
        print(f"fundguard: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
