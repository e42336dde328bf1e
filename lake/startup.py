"""The check before any work: is every table whole? Reads the transaction logs as files, without Spark."""

from __future__ import annotations

from pathlib import Path

from lake.damage import find_damage
from lake.errors import IntegrityFailure
from lake.layout import check_layout


def check_lake(lake: Path) -> None:
    """Refuses a lake that is damaged (IntegrityFailure) or not of the layout that this code writes (BadInput)."""
    check_whole(lake)
    check_layout(lake, writes=True)


def check_whole(lake: Path) -> None:
    """Raises IntegrityFailure naming the first damaged file; says nothing if every table is whole.

    Found are: an empty, cut or unreadable commit, a gap, a lost newest commit, a damaged checkpoint, a data file
    that is missing or has another size, and a publication that names a version which is not there or holds other rows.
    """
    damages = find_damage(lake)
    if damages:
        more = f" (and {len(damages) - 1} more: `fundguard fsck`)" if len(damages) > 1 else ""
        raise IntegrityFailure(damages[0].text + more)
