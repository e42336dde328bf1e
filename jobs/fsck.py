"""The check of a lake: everything that is wrong with it, and what heals without losing a row."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow

from jobs.run import recorded
from lake.contents import table_contents
from lake.damage import Damage, find_damage
from lake.errors import BadInput, IntegrityFailure
from lake.healing import QUARANTINE, heal
from lake.lock import one_writer
from lake.pins import pins_of
from lake.places import require_local
from lake.table_log import read_log


def fsck(lake_path: Path, is_repair: bool) -> str:
    """What was checked of a whole lake; IntegrityFailure if damage is left, each named on a line of stderr."""
    if is_repair:
        require_local(lake_path, "fsck --repair")
    if not lake_path.is_dir():
        raise BadInput(f"{lake_path}: no lake there")
    damages = find_damage(lake_path)
    if is_repair and damages:
        with recorded(lake_path, "fsck repair"), one_writer(lake_path):
            damages = _repaired(lake_path)
    damages = damages or list(_other_sums(lake_path))
    for damage in damages:
        print(damage.text, file=sys.stderr)
    if damages:
        raise IntegrityFailure(f"{lake_path} is damaged in {len(damages)} places")
    pins = pins_of(lake_path)
    expired = f", {len(pins.expired)} of them vacuumed" if pins.expired else ""
    tables = len(list(lake_path.glob("*/_delta_log")))
    return f"{lake_path} is whole: {tables} tables, {len(pins.publications)} publications{expired}"


def _repaired(lake_path: Path) -> list[Damage]:
    """Moves away what may be moved, and finds what is left."""
    for path in heal(lake_path, find_damage(lake_path)):
        print(f"moved to {QUARANTINE}: {path}")
    return find_damage(lake_path)


def _other_sums(lake_path: Path) -> Iterator[Damage]:
    """Tables whose rows or sums are not those that a kept publication states. Each version is read once."""
    pins = pins_of(lake_path)
    asked = {
        (name, version): pin
        for pin in pins.publications.values()
        if pin.publication_id not in pins.expired
        for name, version in pin.versions.items()
    }
    logs = {name: read_log(lake_path / name) for name, _ in asked}
    for (name, version), pin in asked.items():
        try:
            held = table_contents(logs[name], version)
        except pyarrow.ArrowException:
            yield Damage(
                f"{name}: a data file of version {version}, which publication {pin.publication_id} names, cannot be read"
            )
            continue
        if held != pin.contents[name]:
            yield Damage(
                f"{name} holds {held} at version {version}, but publication {pin.publication_id} says {pin.contents[name]}"
            )
