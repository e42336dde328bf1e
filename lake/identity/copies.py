"""Copies of the identity folder: store and access records as they are at one moment, sealed as they lie. Needs no key."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from lake.errors import BadInput, IntegrityFailure, LakeBusy
from lake.identity import access
from lake.identity.persons import FILE, WAIT

DIGESTS = "digests.json"
NAMES = (FILE, access.FILE)


def copy_identity(folder: Path, to: Path) -> None:
    """Copies store and access records into the new folder ``to``, whole or not at all; nobody writes to them meanwhile."""
    making = to.with_name(f".{to.name}.partial")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True, mode=0o700)
    with closing(sqlite3.connect(folder / FILE, timeout=WAIT, isolation_level=None)) as store:
        try:
            store.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            raise LakeBusy(
                f"{folder / FILE}: another process writes to the identity store; run again when it has ended"
            ) from None
        names = [name for name in NAMES if (folder / name).is_file()]
        for name in names:
            shutil.copyfile(folder / name, making / name)
            os.chmod(making / name, 0o600)
        store.execute("ROLLBACK")
    digests = {name: _digest(making / name) for name in names}
    (making / DIGESTS).write_text(json.dumps(digests, indent=1), encoding="utf-8")
    for entry in making.iterdir():
        with entry.open("rb") as file:
            os.fsync(file.fileno())
    making.rename(to)


def check_copy(copy: Path) -> list[str]:
    """The names of the files in the copy, each of which is what was copied; IntegrityFailure otherwise."""
    if not (copy / DIGESTS).is_file():
        raise BadInput(f"{copy}: no copy of an identity store")
    digests = json.loads((copy / DIGESTS).read_text(encoding="utf-8"))
    for name, digest in digests.items():
        if not (copy / name).is_file() or _digest(copy / name) != digest:
            raise IntegrityFailure(f"{copy / name}: is not what was backed up; restore another one")
    return list(digests)


def restore_identity(copy: Path, folder: Path) -> None:
    """Puts a copy back where the lake looks for it; refused if a store is there."""
    names = check_copy(copy)
    if (folder / FILE).exists():
        raise BadInput(f"{folder / FILE}: an identity store is there already; move it away first")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # The store last: without it no night begins, so a restore that is cut off is seen.
    for name in sorted(names, key=lambda name: name == FILE):
        partial = folder / f".{name}.partial"
        shutil.copyfile(copy / name, partial)
        os.chmod(partial, 0o600)
        partial.replace(folder / name)


def _digest(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
