"""``fundguard rules``: what a rule manager does with rule bases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobs.options import Set
from jobs.settings import load_settings

Rules = Annotated[Path, typer.Argument(help="folder of the rule base, one file per rule type")]
OptionalLake = Annotated[Path | None, typer.Option("--lake", help="folder of the lake (Delta tables)")]
Csv = Annotated[Path | None, typer.Option("--csv", help="CSV file to write the whole list to")]

rules_app = typer.Typer(help="Rule bases.", no_args_is_help=True)


@rules_app.command("demo")
def rules_demo(
    out: Annotated[Path, typer.Option(help="folder to write the rule files to")],
    seed: Annotated[int, typer.Option(help="the same seed gives the same rule base")] = 7,
    share: Annotated[float, typer.Option(min=0.0001, max=1.0, help="share of the 642,658 rows")] = 1.0,
) -> None:
    """Write the demo rule base: official rows first, the rest generated and tagged so."""
    from rules.demo.base import demo_markdown, write_demo_rulebase

    print(demo_markdown(write_demo_rulebase(out, seed, share)))


@rules_app.command("national")
def rules_national(
    out: Annotated[Path, typer.Option(help="folder to write the report to")],
) -> None:
    """Report what the published national points decide, per class, and what they leave open and why."""
    from lake.knowledge import national_points
    from rules.national.library import import_points
    from rules.national.report import report_markdown, write_report

    imported = import_points(national_points())
    write_report(imported, out)
    print(report_markdown(imported))


@rules_app.command("lint")
def rules_lint(
    rules: Rules,
    lake: OptionalLake = None,
    csv: Csv = None,
    strict: Annotated[bool, typer.Option("--strict", help="exit code 2 if a row cannot do what it says")] = False,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Check all rows of a rule base: unknown codes, contradictions, rows that add nothing or never fire, versions, origin.

    Codes are held against the published catalogue of LAKE, else against the catalogue beside the rule files.
    """
    from jobs.rule_lint import lint_rules

    lint_rules(rules, lake, csv, strict, load_settings(settings))
