"""The unlock job: takes away the lock of a writer that is gone for good, on an object store."""

from __future__ import annotations

from pathlib import Path

from lake.errors import BadInput, LakeBusy
from lake.object_lock import holder, release
from lake.places import is_local


def unlock(lake_path: Path, is_forced: bool) -> str:
    """Who held the lake whose lock was taken away; LakeBusy, and nothing changed, unless it is asked for by ``is_forced``."""
    if is_local(lake_path):
        raise BadInput(f"{lake_path}: a lake in a folder lets go by itself when its writer ends; there is nothing to unlock")
    held = holder(lake_path)
    if held is None:
        return f"{lake_path}: no writer holds it"
    if not is_forced:
        raise LakeBusy(f"{lake_path} is held by {held.named}; if that is gone for good, add --force")
    release(lake_path, held)
    return f"{lake_path}: the lock of {held.named} is taken away"
