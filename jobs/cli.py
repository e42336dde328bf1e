"""The command line: one subcommand for each job. Exit codes and one-line errors are the contract's (section 6)."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from jobs.backup_cli import add_backup_commands
from jobs.cases_cli import cases_app, outcomes_app
from jobs.console import start_logging
from jobs.failures import end_on_sigterm, known_failure
from jobs.gate_cli import gate_app, rejects_app
from jobs.identity_cli import access_app, identity_app, reveal
from jobs.lake_cli import add_lake_commands
from jobs.models_cli import models_app, score, train
from jobs.options import Lake, Month, Set, Until, day_of, load_settings, month_of
from jobs.rules_cli import rules_app
from jobs.status_cli import config_app, stages, status
from jobs.waivers_cli import waivers_app
from lake.code_version import code_version
from lake.session import use_zone

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def nightly(
    landing: Annotated[Path, typer.Option(help="folder with one folder per landed batch")],
    rules: Annotated[Path, typer.Option(help="folder of the rule base, one file per rule type")],
    lake: Lake,
    month: Month,
    business_date: Annotated[str | None, typer.Option("--date", help="business date, YYYY-MM-DD; default today")] = None,
    until: Until = None,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Load what landed, judge the month and what new rows touch, rank the cases, publish.

    Reads LANDING and RULES; writes LAKE. A rerun with the same inputs changes nothing; after --until it goes on from there.
    """
    from jobs.nightly import load_and_judge, load_until

    asked, day = [month_of(month, "--month")], day_of(business_date, "--date")
    if until is None:
        load_and_judge(landing, rules, lake, asked, day, load_settings(settings))
    else:
        load_until(until, landing, rules, lake, day, load_settings(settings))


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
def features(
    lake: Lake,
    first: Annotated[str, typer.Option("--from", help="first month, YYYY-MM")],
    to: Annotated[str, typer.Option(help="last month, YYYY-MM")],
    business_date: Annotated[str | None, typer.Option("--date", help="business date, YYYY-MM-DD; default today")] = None,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Make the feature tables of judged months from what is published, and publish them. A night does so by itself.

    Reads bills, registers, findings and conclusions of LAKE; rewrites only months whose rows differ.
    """
    from jobs.features import build_features
    from jobs.nightly import month_range

    months = month_range(month_of(first, "--from"), month_of(to, "--to"))
    build_features(lake, months, day_of(business_date, "--date"), load_settings(settings))


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


app.add_typer(cases_app, name="cases")
app.add_typer(outcomes_app, name="outcomes")
app.add_typer(waivers_app, name="waivers")
app.add_typer(rules_app, name="rules")
app.add_typer(gate_app, name="gate")
app.add_typer(rejects_app, name="rejects")
app.add_typer(access_app, name="access")
app.add_typer(identity_app, name="identity")
app.command()(reveal)
add_lake_commands(app)
add_backup_commands(app)
app.command()(status)
app.command()(stages)
app.add_typer(config_app, name="config")
app.add_typer(models_app, name="models")
app.command()(train)
app.command()(score)


@app.command()
def explain(
    lake: Lake,
    finding: Annotated[str, typer.Option(help="jr_id of a published finding")],
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Say in Chinese what a finding stands on: the rule row, the values compared, the lines, the amount step by step."""
    from jobs.explain import explain as run

    print(run(lake, finding, load_settings(settings)))


@app.command()
def generate(
    out: Annotated[Path, typer.Option(help="landing folder to write the batches to; must not hold any")],
    rules: Annotated[Path, typer.Option(help="rule base whose codes are billed, with its catalogue")],
    persons: Annotated[int, typer.Option(min=100, help="insured persons")] = 20_000,
    months: Annotated[int, typer.Option(min=1, help="months, one batch each")] = 24,
    seed: Annotated[int, typer.Option(help="the same seed gives the same county")] = 7,
    start: Annotated[str, typer.Option(help="first month, YYYY-MM")] = "2024-01",
    violations: Annotated[float, typer.Option(min=0.0, help="planted cases per person; 0 for a clean county")] = 0.03,
    explained: Annotated[float, typer.Option(min=0.0, help="cases per person that look wrong and have an explanation")] = 0.0,
    truth: Annotated[Path | None, typer.Option(help="Parquet file of what was planted; default beside OUT")] = None,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Write a synthetic county: landing batches with planted violations, and their truth table."""
    from jobs.spark import open_lake
    from synth.county import generate as run
    from synth.profile import CountyProfile

    profile = CountyProfile(persons, months, seed, month_of(start, "--start"), violations, explained)
    report = run(open_lake(out, load_settings(settings)).spark, out, rules, profile, truth)
    print(f"{sum(report.rows.values()):,} synthetic rows in {report.landing}; truth in {report.truth}")


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--out", help="folder that the demo makes anew")] = Path("demo"),
    persons: Annotated[int, typer.Option(min=100, help="insured persons")] = 20_000,
    months: Annotated[int, typer.Option(min=1, help="months")] = 24,
    seed: Annotated[int, typer.Option(help="the same seed gives the same county")] = 7,
    explained: Annotated[float, typer.Option(min=0.0, help="cases per person that look wrong and have an explanation")] = 0.05,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Generate a synthetic county, audit all its months under 642,658 rules, export the workbook, compare with the truth."""
    from jobs.demo import demo as run
    from synth.profile import CountyProfile

    profile = CountyProfile(persons, months, seed, explained=explained)
    run(folder, profile, settings, os.environ, start_logging())


def _say_version(asked: bool) -> None:
    if asked:
        print(f"fundguard {version('fundguard')} (code {code_version()})")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="say the version and end")
    ] = False,
) -> None:
    """fundguard 医保基金智能监管: audits every settlement against the rule base and ranks the cases."""


def main() -> None:
    """Runs the command line; the process ends with the exit code of what happened."""
    use_zone()
    start_logging()
    end_on_sigterm()
    try:
        app(standalone_mode=True)
    except Exception as error:
        known = known_failure(error)
        if known is None:
            raise
        print(f"fundguard: {known}", file=sys.stderr)
        sys.exit(known.exit_code)


if __name__ == "__main__":
    main()
