"""What is in force: every setting, its value, and which file or option says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from jobs.settings import ENVIRONMENT, given_settings, load_settings
from jobs.settings_model import IDENTITY_KEY, NEW_IDENTITY_KEY

MASKED = "******"
# Spark properties whose values open something, by Spark's own pattern and the names that object stores use.
SECRET = re.compile(r"secret|password|passwd|token|credential|access\.?key|session\.?key", re.IGNORECASE)
# A user and a password within an address.
IN_ADDRESS = re.compile(r"(//[^/@:\s]*:)[^/@\s]+@")

Row = tuple[str, str, str]


def config_rows(overrides: Sequence[str], variables: Mapping[str, str], conf_dir: Path | None = None) -> Iterator[Row]:
    """Key, value and origin of every setting, sorted; then of the environment, of whose secrets only whether they are there.

    Wrong, unknown and missing settings are refused as at the start of any command.
    """
    load_settings(overrides, conf_dir, variables)
    given = given_settings(overrides, conf_dir, variables)
    for place, (text, origin) in sorted(given.items()):
        key = ".".join(place)
        yield key, _shown(key, text), origin
    yield ENVIRONMENT, variables.get(ENVIRONMENT, ""), "environment"
    for name in (IDENTITY_KEY, NEW_IDENTITY_KEY):
        yield name, MASKED if variables.get(name, "").strip() else "", "environment" if variables.get(name) else "not set"


def _shown(key: str, text: str) -> str:
    if text and SECRET.search(key):
        return MASKED
    return IN_ADDRESS.sub(rf"\1{MASKED}@", text)
