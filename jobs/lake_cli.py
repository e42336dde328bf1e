"""``fundguard fsck``: what looks after a lake."""

from __future__ import annotations

from typing import Annotated

import typer

from jobs.options import Lake


def add_lake_commands(app: typer.Typer) -> None:
    """Adds these commands to the program."""
    app.command()(fsck)


def fsck(
    lake: Lake,
    repair: Annotated[bool, typer.Option("--repair", help="move away what heals the lake without losing a row")] = False,
) -> None:
    """Check logs, checkpoints, data files and publications with their rows and sums; name what must be restored.

    Reads LAKE without Spark; --repair moves damaged files to LAKE/_fsck and deletes nothing.
    """
    from jobs.fsck import fsck as run

    print(run(lake, repair))
