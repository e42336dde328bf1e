"""``fundguard waivers``: findings that are let pass, for a reason and for a time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from jobs.options import Lake, Set, day_of, load_settings

waivers_app = typer.Typer(help="Waivers of findings.", no_args_is_help=True)


@waivers_app.command("import")
def waivers_import(
    file: Annotated[Path, typer.Argument(help="a file of waivers, .xlsx or .csv")],
    lake: Lake,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Add the waivers of a file to the table waiver; rows that do not hold are listed. The next night applies them."""
    from jobs.waivers import import_waivers

    waivers, rejects = import_waivers(lake, file, load_settings(settings))
    for reject in rejects:
        print(f"{file.name}: row {reject.row_no}, {reject.column}: {reject.reason}", file=sys.stderr)
    for waiver in waivers:
        print(waiver.waiver_id)
    print(f"{len(waivers):,} waivers hold, {len(rejects):,} rows set aside")


@waivers_app.command("list")
def waivers_list(
    lake: Lake,
    business_date: Annotated[str | None, typer.Option("--date", help="day of the states, YYYY-MM-DD; default today")] = None,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Show all waivers, the latest first: state, scope, reason, approver, expiry, findings waived."""
    from jobs.waivers import list_waivers

    print(list_waivers(lake, day_of(business_date, "--date"), load_settings(settings)))


@waivers_app.command("revoke")
def waivers_revoke(
    waiver_id: Annotated[str, typer.Argument(help="waiver, as `fundguard waivers list` shows it")],
    lake: Lake,
    reason: Annotated[str, typer.Option(help="why it is revoked")],
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Revoke a waiver: its findings come back with the next night."""
    from jobs.waivers import revoke_waiver

    is_new = revoke_waiver(lake, waiver_id, reason, load_settings(settings))
    print(f"{waiver_id} {'is revoked' if is_new else 'was revoked before'}")
