"""`fundguard cases …` and `fundguard outcomes …`: the list that auditors get, and what they conclude."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from jobs.options import Lake, Month, Set, day_of, load_settings, month_of

cases_app = typer.Typer(help="The ranked case list.", no_args_is_help=True)
outcomes_app = typer.Typer(help="Auditors' conclusions.", no_args_is_help=True)


@cases_app.command("export")
def cases_export(
    lake: Lake,
    month: Month,
    out: Annotated[Path, typer.Option(help="file to write, .xlsx or .csv")],
    institution: Annotated[str | None, typer.Option(help="fixmedins_code of one institution")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="the first cases only")] = None,
    auditor: Annotated[str | None, typer.Option(help="name to fill in as 稽核人")] = None,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Write the ranked cases of a month for auditors: a formatted workbook, or CSV."""
    from cases.contents import Selection
    from jobs.cases import export_cases

    chosen = Selection(month_of(month, "--month"), institution, limit, auditor)
    print(f"{export_cases(lake, chosen, out, load_settings(settings)):,} cases in {out}")


@outcomes_app.command("import")
def outcomes_import(
    workbook: Annotated[Path, typer.Argument(help="a workbook of `fundguard cases export` that auditors filled")],
    lake: Lake,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Add the conclusions of a filled workbook to the table outcome; rows that do not hold are listed."""
    from jobs.outcomes import import_outcomes

    outcomes, rejects = import_outcomes(lake, workbook, load_settings(settings))
    for reject in rejects:
        print(f"{workbook.name}: {reject.sheet} row {reject.row_no}, {reject.column}: {reject.reason}", file=sys.stderr)
    print(f"{len(outcomes):,} conclusions hold, {len(rejects):,} rows set aside")


@outcomes_app.command("simulate")
def outcomes_simulate(
    lake: Lake,
    truth: Annotated[Path, typer.Option(help="truth table of the synthetic county, as `generate` wrote it")],
    seed: Annotated[int, typer.Option(help="the same seed gives the same conclusions")] = 7,
    until: Annotated[str | None, typer.Option(help="day that it is, YYYY-MM-DD; default the last business date")] = None,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Have a made-up auditor (模拟稽核员) conclude on a synthetic county's cases: simulated, never for real bills.

    Reviews past months once: listed cases by rank within `simulation.hours_per_month`, and the random sample. Adds to outcome.
    """
    from jobs.outcomes_simulated import simulate_outcomes

    day = None if until is None else day_of(until, "--until")
    done = simulate_outcomes(lake, truth, seed, day, load_settings(settings))
    what = f"{done.conclusions:,} simulated conclusions on {done.cases:,} cases of {done.months} months"
    print(f"{what}, all by 模拟稽核员 (synthetic data)")
