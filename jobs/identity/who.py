"""Who asks, and whether they may; who may not is put on record too."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from jobs.identity.open import open_persons
from jobs.settings import Settings
from lake.errors import FundguardError, NotAllowed
from lake.identity.access import Access, AccessLog


def acting_user(settings: Settings, environment: Mapping[str, str]) -> str:
    """The user whom roles are looked up for; NotAllowed if nobody can be named.

    By the process's user id and not by LOGNAME or USER, which anybody can set.
    """
    variable = settings.access.user_variable
    if variable:
        user = environment.get(variable, "").strip()
        if not user:
            raise NotAllowed(f"nobody is named by the environment variable {variable} (access.user_variable)")
        return user
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        raise NotAllowed(f"the operating system knows no user {os.getuid()}") from None


def require_role(settings: Settings, user: str, role: str) -> None:
    """NotAllowed unless the user has the role."""
    if role not in settings.access.roles.get(user, ()):
        raise NotAllowed(f"{user} has not the role {role}; roles stand in conf/ under access.roles")


def admit(lake_path: Path, access: Access, settings: Settings) -> None:
    """NotAllowed, and on record, unless the user has the role of what they ask for."""
    try:
        require_role(settings, access.by, access.act)
    except NotAllowed:
        # Who asks without the key, or in a wrong place, leaves no record, and is refused all the same.
        with suppress(FundguardError), open_persons(lake_path, settings) as persons:
            AccessLog(persons).add(replace(access, granted=False))
        raise
