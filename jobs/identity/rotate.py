"""The identity store sealed under a new key; pseudonyms stay, so the lake stays as it is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from jobs.identity.open import open_persons
from jobs.identity.reveal import checked_reason
from jobs.identity.who import admit
from jobs.run import recorded
from jobs.settings import Settings
from lake.identity.access import Access, AccessLog
from lake.lock import one_writer


def rotate(lake_path: Path, reason: str, user: str, now: datetime, settings: Settings) -> int:
    """Seals every record under the environment's new key, which is the only one from then on; how many persons."""
    access = Access(now.isoformat(" ", "seconds"), user, "rotate", True, checked_reason(reason))
    admit(lake_path, access, settings)
    new_key = settings.new_identity_key()
    # A night that goes on meanwhile would seal under the old key.
    with recorded(lake_path, "identity rotate"), open_persons(lake_path, settings) as persons, one_writer(lake_path):
        AccessLog(persons).add(access)
        return persons.rotate(new_key)
