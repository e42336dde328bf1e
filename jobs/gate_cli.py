"""`fundguard gate …` and `fundguard rejects …`: what a refused night and rows set aside ask of people."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from jobs.options import Lake, Set, load_settings

gate_app = typer.Typer(help="The quality gate.", no_args_is_help=True)
rejects_app = typer.Typer(help="Rows that were set aside.", no_args_is_help=True)

Batch = Annotated[str, typer.Option(help="batch_id")]
Landing = Annotated[Path, typer.Option(help="folder with the landed batches")]


@gate_app.command("approve")
def gate_approve(
    lake: Lake,
    batch: Batch,
    reason: Annotated[str, typer.Option(help="why the batch may pass; recorded")],
    name: Annotated[str | None, typer.Option("--by", help="who releases it; default the user who runs this")] = None,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Release a refused batch: the next night passes it. Recorded in gate_approval; holds for the batch's present files only."""
    from jobs.gate.approval import approve

    by = getpass.getuser() if name is None else name
    now = datetime.now()  # noqa: DTZ005 - a record of when, in the site's own time
    approve(lake, batch, reason, by, now, load_settings(settings))
    print(f"batch {batch} is released by {by}; the next night passes it")


@rejects_app.command("list")
def rejects_list(
    lake: Lake,
    batch: Annotated[str | None, typer.Option(help="batch_id; default all")] = None,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """List rows that are set aside by batch, table and reason, of refused nights too."""
    from jobs.rejects import list_rejects

    for batch_id, table, reason, rows in list_rejects(lake, batch, load_settings(settings)):
        print(f"{batch_id}  {table}  {reason}  {rows:,}")


@rejects_app.command("export")
def rejects_export(
    lake: Lake,
    landing: Landing,
    batch: Batch,
    out: Annotated[Path, typer.Option(help="workbook (.xlsx), else a folder for one CSV a table")],
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Write a batch's rows that are set aside, as they landed but without persons, with reasons: for whoever sent them."""
    from jobs.rejects import export_rejects

    print(f"{export_rejects(lake, landing, batch, out, load_settings(settings)):,} rows in {out}")


@rejects_app.command("replay")
def rejects_replay(
    corrected: Annotated[Path, typer.Argument(help="what `rejects export` wrote, put right")],
    lake: Lake,
    landing: Landing,
    batch: Annotated[str, typer.Option(help="the batch whose rows these are")],
    new_batch: Annotated[str, typer.Option("--as", help="batch_id to land them under; must sort after the batch")],
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Land corrected rows as a new batch, for the next night to load."""
    from jobs.rejects import replay

    written, unchanged = replay(lake, landing, batch, corrected, new_batch, load_settings(settings))
    print(f"{written:,} rows in batch {new_batch}, {unchanged:,} left out: nothing was changed in them")
