"""``fundguard backup``, ``restore`` and ``migrate``: a lake that is kept, brought back, moved up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobs.options import Lake, Set, load_settings


def add_backup_commands(app: typer.Typer) -> None:
    """Adds these commands to the program."""
    for command in (backup, restore, migrate):
        app.command()(command)


def backup(
    lake: Lake,
    to: Annotated[Path, typer.Option(help="folder of the backups; what it holds already is not copied again")],
    identity_to: Annotated[
        Path | None, typer.Option(help="folder of the copies of who the persons are; apart from the backups of the lake")
    ] = None,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Back up all that the newest versions and the kept publications name, gate reports and records of runs, by digest.

    Reads LAKE under the writer's lock, without Spark and without a key; writes a list and the files that are new to TO.
    """
    from jobs.backup import backup as run

    print(run(lake, to, identity_to, load_settings(settings)))


def restore(
    source: Annotated[Path, typer.Option("--from", help="folder of the backups")],
    lake: Lake,
    number: Annotated[int | None, typer.Option("--backup", min=1, help="number of the backup; default the last")] = None,
    identity_from: Annotated[Path | None, typer.Option(help="one copy of who the persons are: IDENTITY_TO/<number>")] = None,
    check: Annotated[bool, typer.Option("--check", help="read the backup and compare digests; write nothing")] = False,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Put a backup back into a LAKE that is not there; every file has the digest that it had, or nothing is restored."""
    from jobs.backup import restore as run

    print(run(source, lake, number, identity_from, check, load_settings(settings)))


def migrate(
    lake: Lake,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Move a lake of an older layout up to the one that this version writes. Back it up first.

    Rewrites tables of LAKE that lack columns; changes no row. A lake of this layout is left alone.
    """
    from jobs.migrate import migrate as run

    print(run(lake, load_settings(settings)))
