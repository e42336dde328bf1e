"""The migrate job: moves a lake of an older layout up to the one that this code writes. No row is lost or changed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from jobs.run import now_at, recorded
from jobs.settings import Settings
from jobs.spark import open_lake
from lake.errors import BadInput
from lake.layout import CURRENT, check_layout, layout_of, mark
from lake.lock import one_writer
from lake.startup import check_whole
from lake.store import Lake
from lake.tables import TABLES

log = logging.getLogger(__name__)


def migrate(lake_path: Path, settings: Settings) -> str:
    """Takes the lake from layout to layout; says which it has now. One of this layout is left alone, a newer one refused.

    Each step can be cut off and done again: the number is raised when the step is done.
    """
    if layout_of(lake_path) is None:
        raise BadInput(f"{lake_path}: no lake there")
    check_layout(lake_path, writes=False)
    with recorded(lake_path, "migrate"), one_writer(lake_path):
        now_at("check")
        check_whole(lake_path)
        lake = open_lake(lake_path, settings)
        before = layout_of(lake_path) or CURRENT
        for layout in range(before + 1, CURRENT + 1):
            now_at(f"to layout {layout}")
            STEPS[layout](lake)
            mark(lake_path, layout)
    return f"{lake_path}: has layout {CURRENT}" + (f", it had {before}" if before < CURRENT else " already")


def complete_columns(lake: Lake) -> None:
    """Every table gets the columns that are declared and that it lacks; they hold nothing in the rows that are there.

    A table that is written here is at another version than the publication says, so the next night judges again.
    """
    for table in TABLES.values():
        added = lake.add_columns(table)
        if added:
            log.info("migrate: %s has %s now", table.name, ", ".join(added))


# By the layout that it leads to.
STEPS: Mapping[int, Callable[[Lake], None]] = {2: complete_columns, 3: complete_columns}
