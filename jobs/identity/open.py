"""Opens the identity store of a lake under the key of the environment."""

from __future__ import annotations

from pathlib import Path

from jobs.settings import Settings
from lake.errors import BadInput
from lake.identity.persons import PersonStore


def open_persons(lake_path: Path, settings: Settings, make: bool = False) -> PersonStore:
    """The store; with ``make``, an empty one if there is none. BadInput where persons stay in the clear, or without a key."""
    key = settings.identity_key()
    if key is None:
        raise BadInput("identity.mode is clear: persons are as they came, and there is no identity store")
    return PersonStore(settings.access.folder_of(lake_path), key, make)
