"""``fundguard rules``: what a rule manager does with rule bases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobs.options import Lake, Month, Set, load_settings, month_of
from lake.places import place

Rules = Annotated[Path, typer.Argument(help="folder of the rule base, one file per rule type")]
OptionalLake = Annotated[
    Path | None,
    typer.Option("--lake", parser=place, metavar="PLACE", help="folder of the lake (Delta tables), or s3://bucket/folder"),
]
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


@rules_app.command("import")
def rules_import(
    rules: Rules,
    lake: Lake,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Take a rule base into LAKE as the proposed one: typed and kept beside the active one, judging nothing.

    It becomes active by the next `fundguard nightly` with these rule files.
    """
    from jobs.rule_import import import_rules

    imported = import_rules(lake, rules, load_settings(settings))
    counts = f"{imported.rules.num_rows:,} rows, {imported.rejects.num_rows:,} set aside"
    print(f"proposed {imported.rulebook_ver}: {counts}")


@rules_app.command("diff")
def rules_diff(
    before: Annotated[str, typer.Argument(help="a folder of rule files, a lake, or LAKE@rulebook_ver", metavar="A")],
    after: Annotated[str, typer.Argument(help="the same for the later rule base", metavar="B")],
    csv: Csv = None,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Count by type the rule rows that B adds, changes and retires against A."""
    from jobs.rule_diff import diff_rules

    diff_rules(before, after, csv, load_settings(settings))


@rules_app.command("impact")
def rules_impact(
    lake: Lake,
    month: Month,
    rules: Annotated[Path | None, typer.Option(help="folder of the rule base; default the imported one")] = None,
    csv: Csv = None,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Judge a past month by another rule base, and say what it would gain, lose and change, in findings and yuan.

    Reads what is published in LAKE and writes nothing to it.
    """
    from jobs.rule_impact import show_impact

    show_impact(lake, rules, month_of(month, "--month"), csv, load_settings(settings))
