"""``fundguard fsck``, ``replay``, ``vacuum``, ``unlock`` and ``evaluate``: what looks after a lake, and at what it ranks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobs.options import Lake, Set, day_of, load_settings, month_of

# Columns of the terminal that the figures of an evaluation take: a narrower one wraps them, none is cut.
WIDE = 150


def add_lake_commands(app: typer.Typer) -> None:
    """Adds these commands to the program."""
    for command in (fsck, replay, vacuum, unlock, evaluate):
        app.command()(command)


def fsck(
    lake: Lake,
    repair: Annotated[bool, typer.Option("--repair", help="move away what heals the lake without losing a row")] = False,
) -> None:
    """Check logs, checkpoints, data files and publications with their rows and sums; name what must be restored.

    Reads LAKE without Spark; --repair moves damaged files to LAKE/_fsck and deletes nothing.
    """
    from jobs.fsck import fsck as run

    print(run(lake, repair))


def replay(
    lake: Lake,
    publication: Annotated[int, typer.Option(help="number of the publication")],
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Judge again what a publication shows, from the table versions and rule base that it names, and compare.

    Writes nothing to LAKE. Says so if other code judged then; findings that differ are named, with exit code 6.
    """
    from jobs.replay import replay as run

    print(run(lake, publication, load_settings(settings)))


def evaluate(
    lake: Lake,
    truth: Annotated[Path | None, typer.Option(help="truth table of a synthetic county; without it conclusions count")] = None,
    out: Annotated[Path, typer.Option(help="HTML page to write")] = Path("evaluation.html"),
    first: Annotated[
        str | None, typer.Option("--from", help="first month; default the first unseen by the model, else after a conclusion")
    ] = None,
    to: Annotated[str | None, typer.Option(help="last month, YYYY-MM; default the last published")] = None,
    with_model: Annotated[
        bool, typer.Option("--model/--no-model", help="order by the champion's scores of months that it learnt nothing of")
    ] = True,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Compare the order of each month's cases, by what was known before the month, with what was confirmed afterwards.

    Beside it: ranking by amount, by severity, and the best possible order. Reads LAKE, with scores the model store too; writes
    OUT, which opens offline.
    """
    from rich.console import Console

    from cases.evaluation_report import write_evaluation
    from jobs.evaluate import evaluate as run
    from jobs.evaluate import report_of, shown

    months = [None if text is None else month_of(text, option) for text, option in ((first, "--from"), (to, "--to"))]
    report = report_of(run(lake, truth, with_model, load_settings(settings)), *months)
    write_evaluation(report, out)
    Console(width=WIDE).print(shown(report))
    print(f"{len(report.cases):,} cases of {len(report.by_month)} months; the page: {out}")


def vacuum(
    lake: Lake,
    delete: Annotated[bool, typer.Option("--delete", help="delete the files; without it they are only counted")] = False,
    today: Annotated[str | None, typer.Option("--date", help="day to count ages from, YYYY-MM-DD; default today")] = None,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Delete data files that no kept publication names, and records of old runs (conf: retention).

    A dry run unless told to --delete.
    """
    from jobs.vacuum import vacuum as run

    print(run(lake, day_of(today, "--date"), delete, load_settings(settings)))


def unlock(
    lake: Lake,
    force: Annotated[bool, typer.Option("--force", help="take the lock away; without it, only say whose it is")] = False,
) -> None:
    """Take away the lock that a writer on another machine left on an object store when it was killed."""
    from jobs.unlock import unlock as run

    print(run(lake, force))
