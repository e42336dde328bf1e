"""Which layout a lake has: a number that rises when tables change in a way that a lake must be moved up to. Without Spark."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from lake.commits import newest_version
from lake.errors import BadInput, IntegrityFailure
from lake.places import write_whole
from lake.tables import TABLES

FILE = "_layout.json"
# 1: the first released layout, which says no number. 2: a number is kept, and tables have all columns that are declared.
# 3: prac_psn_d has psn_no.
CURRENT = 3
FIRST = 1
# The tables of a new lake are made by several threads at once.
_MARKING = threading.Lock()


def layout_of(lake: Path) -> int | None:
    """The layout of the lake; None if it holds no table yet."""
    file = lake / FILE
    if file.is_file():
        try:
            return int(json.loads(file.read_text(encoding="utf-8"))["layout"])
        except (ValueError, KeyError, TypeError):
            raise IntegrityFailure(f'{file}: says no layout; restore it, it reads {{"layout": {CURRENT}}}') from None
    return FIRST if any(newest_version(lake / name) >= 0 for name in TABLES) else None


def mark(lake: Path, layout: int = CURRENT) -> None:
    """Says that the lake has the layout."""
    write_whole(lake / FILE, json.dumps({"layout": layout}) + "\n")


def mark_new(lake: Path) -> None:
    """Says that a lake without any table has the current layout."""
    with _MARKING:
        if layout_of(lake) is None:
            mark(lake)


def check_layout(lake: Path, writes: bool) -> None:
    """Refuses, as BadInput, a lake of a newer layout, and for one who writes to it also one of an older."""
    layout = layout_of(lake)
    if layout is not None and layout > CURRENT:
        raise BadInput(f"{lake}: has layout {layout}, this fundguard knows layouts up to {CURRENT}: install the newer one")
    if writes and layout is not None and layout < CURRENT:
        raise BadInput(f"{lake}: has layout {layout}, this fundguard writes layout {CURRENT}: run `fundguard migrate` once")
