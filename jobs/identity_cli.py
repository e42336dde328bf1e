"""``fundguard reveal``, ``fundguard access …`` and ``fundguard identity …``: who may see whom, and who did."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Annotated

import typer

from jobs.options import Lake, Set, load_settings

access_app = typer.Typer(help="Who looked at whom.", no_args_is_help=True)
identity_app = typer.Typer(help="The identity store.", no_args_is_help=True)


def reveal(
    lake: Lake,
    case: Annotated[str, typer.Option(help="case_id of a published case")],
    reason: Annotated[str, typer.Option(help="why the person must be known; put on record")],
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Name the person of one case to a user with the role reveal, and put it on record."""
    from jobs.identity.reveal import reveal as run
    from jobs.identity.who import acting_user

    chosen = load_settings(settings)
    print(run(lake, case, reason, acting_user(chosen, os.environ), _now(), chosen))


@access_app.command("list")
def access_list(
    lake: Lake,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Show the access records, the latest first, to a user with the role review."""
    from jobs.identity.records import listed
    from jobs.identity.who import acting_user

    chosen = load_settings(settings)
    print(listed(lake, acting_user(chosen, os.environ), chosen))


@access_app.command("verify")
def access_verify(
    lake: Lake,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Test that no access record was changed, removed or moved, and that the end is not missing."""
    from jobs.identity.records import verify

    records, pinned = verify(lake, load_settings(settings))
    print(f"{records:,} access records are as they were written; the lake keeps {pinned:,} heads of them")


@identity_app.command("rotate")
def identity_rotate(
    lake: Lake,
    reason: Annotated[str, typer.Option(help="why the key is changed; put on record")],
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Seal the identity store under FUNDGUARD_NEW_IDENTITY_KEY instead of FUNDGUARD_IDENTITY_KEY, by a user with the role rotate.

    Pseudonyms stay. From then on the new key is the one to put into FUNDGUARD_IDENTITY_KEY.
    """
    from jobs.identity.rotate import rotate
    from jobs.identity.who import acting_user

    chosen = load_settings(settings)
    persons = rotate(lake, reason, acting_user(chosen, os.environ), _now(), chosen)
    print(f"{persons:,} persons are sealed under the new key; put it into FUNDGUARD_IDENTITY_KEY")


def _now() -> datetime:
    return datetime.now()  # noqa: DTZ005 - a record of when, in the site's own time
