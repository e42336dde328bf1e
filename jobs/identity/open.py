"""Opens the identity store of a lake under the key of the environment."""

from __future__ import annotations

from pathlib import Path

from jobs.settings import Settings
from lake.errors import BadInput
from lake.identity.persons import PersonStore
from lake.places import is_local


def open_persons(lake_path: Path, settings: Settings, make: bool = False) -> PersonStore:
    """The store; with ``make``, an empty one if there is none. BadInput where persons stay in the clear, or without a key."""
    key = settings.identity_key()
    if key is None:
        raise BadInput("identity.mode is clear: persons are as they came, and there is no identity store")
    folder = settings.access.folder_of(lake_path)
    if not is_local(folder):
        raise BadInput(f"{lake_path}: give access.folder, a folder of this machine: no object store takes who the persons are")
    return PersonStore(folder, key, make)
