"""Heals a lake by moving what is damaged out of the way; nothing is deleted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from lake.damage import Damage

QUARANTINE = "_fsck"


def heal(lake: Path, damages: Sequence[Damage]) -> list[Path]:
    """Moves away what the damages say may be moved, into a new folder below ``_fsck``; the paths that were moved.

    The newest version goes first: wherever this is cut off, the rest is found again.
    """
    moves = sorted({path for damage in damages for path in damage.move}, key=lambda path: path.name, reverse=True)
    if not moves:
        return []
    folder = _next_folder(lake / QUARANTINE)
    folder.mkdir(parents=True)
    (folder / "why.txt").write_text("\n".join(damage.text for damage in damages if damage.move) + "\n", encoding="utf-8")
    moved = []
    for path in moves:
        target = folder / path.relative_to(lake)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
        moved.append(path.relative_to(lake))
    return sorted(moved)


def _next_folder(parent: Path) -> Path:
    """The first of 1, 2, 3 … that is not there yet."""
    taken = [int(entry.name) for entry in parent.glob("*") if entry.name.isdigit()] if parent.is_dir() else []
    return parent / str(max(taken, default=0) + 1)
