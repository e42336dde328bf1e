"""``fundguard status``, ``stages`` and ``config``: what happened, what it cost, and what is in force."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from jobs.options import Lake, Set
from lake.errors import BadInput
from lake.runs import RunRecord, read_records

config_app = typer.Typer(help="The settings.", no_args_is_help=True)
NIGHTS = ("nightly", "nightly load", "nightly gate", "audit")


def status(
    lake: Lake,
    nights: Annotated[int, typer.Option("--last", min=1, help="how many runs")] = 14,
    of_all: Annotated[bool, typer.Option("--all", help="every writing command, not only nightly and audit")] = False,
    html: Annotated[Path | None, typer.Option(help="file to write a page in Chinese to, with trends")] = None,
    metrics: Annotated[str | None, typer.Option(help="file to write OpenMetrics text to; - for the screen")] = None,
) -> None:
    """Show what the last runs came to: read, kept, rejected, findings, yuan, gate, seconds, model, publication.

    Reads LAKE/_runs without Spark; takes no lock. --html and --metrics take the place of the table.
    """
    from rich.console import Console

    from jobs.status.table import status_table

    if not lake.is_dir():
        raise BadInput(f"{lake}: no lake there")
    runs = read_records(lake)
    if html:
        from jobs.status.page import write_page

        write_page(runs, nights, html)
        print(f"{len(runs):,} runs are on record; page {html}")
    if metrics:
        _write_metrics(metrics, runs)
    if not html and not metrics:
        shown = [run for run in runs if of_all or run.job in NIGHTS][-nights:]
        console = Console(highlight=False, width=None if sys.stdout.isatty() else 240)
        console.print(status_table(shown) if shown else f"{lake}: no run is on record yet")


def _write_metrics(target: str, runs: Sequence[RunRecord]) -> None:
    from jobs.status.metrics import metrics_text

    text = metrics_text(runs)
    if target == "-":
        sys.stdout.write(text)
        return
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


@config_app.command("show")
def config_show(
    changed: Annotated[bool, typer.Option("--changed", help="only what base.yaml and profile.yaml do not say")] = False,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Print every setting in force and where it comes from: base, profile, the site's file, --set. Secrets are masked.

    Reads conf/ and the environment. A wrong, unknown or missing setting is named, with exit code 2.
    """
    from jobs.config import config_rows
    from jobs.settings import FILES_FOR_ALL

    for key, value, origin in config_rows(settings, os.environ):
        if not changed or origin.removeprefix("conf/") not in FILES_FOR_ALL:
            print(f"{key} = {value}".rstrip() + f"    # {origin}")


def stages(
    log: Annotated[Path, typer.Argument(help="event log of a job: a file in the folder that spark.event_log names")],
    lake: Annotated[Path | None, typer.Option("--lake", help="lake of the job, to say which step each stage was in")] = None,
    shown: Annotated[int, typer.Option("--longest", min=1, help="how many stages")] = 15,
) -> None:
    """Show which stages of a job took longest: tasks, seconds, processor, garbage collection, input, shuffle, spill.

    Reads LOG and LAKE/_runs without Spark.
    """
    from rich.console import Console

    from jobs.stages import read_stages, run_of, stage_table

    found = read_stages(log)
    run = run_of(found, read_records(lake)) if lake else None
    Console(highlight=False, width=None if sys.stdout.isatty() else 240).print(stage_table(found, run, shown))
