"""The backup and restore jobs: the lake into a store of files by digest, who the persons are into a folder of its own."""

from __future__ import annotations

import logging
from pathlib import Path

from jobs.run import now_at, recorded
from jobs.settings import Settings
from lake.backup import Backup, back_up, chosen_backup, verify
from lake.backup import restore as restore_files
from lake.errors import BadInput
from lake.identity.copies import check_copy, copy_identity, restore_identity
from lake.identity.persons import FILE
from lake.lock import one_writer
from lake.places import require_local
from lake.startup import check_whole

log = logging.getLogger(__name__)


def backup(lake_path: Path, store: Path, identity_store: Path | None, settings: Settings) -> str:
    """Backs the lake up under the writer's lock; says what is new. What did not move since the last backup is not copied again.

    Refused as BadInput: a lake of pseudonyms without a place for who they are, and one place for both.
    """
    require_local(lake_path, "backup")
    folder = settings.access.folder_of(lake_path)
    has_persons = (folder / FILE).is_file()
    if not lake_path.is_dir():
        raise BadInput(f"{lake_path}: no lake there")
    _keep_apart(lake_path, store, identity_store, has_persons)
    with recorded(lake_path, "backup"), one_writer(lake_path):
        now_at("check")
        check_whole(lake_path)  # a lake is backed up before it is migrated
        now_at("copy")
        made, copied = back_up(lake_path, store)
        said = f"{_named(made)}, {copied:,} new"
        if identity_store and has_persons:
            now_at("identity")
            to = identity_store / f"{made.number:06d}"
            _replace_copy(folder, to)
            said += f"; identity store in {to}"
    return said


def restore(
    store: Path, lake_path: Path, number: int | None, identity_copy: Path | None, is_check: bool, settings: Settings
) -> str:
    """Puts a backup back, into a lake that is not there; with ``is_check`` it is only read and compared with its digests."""
    require_local(lake_path, "restore")
    chosen = chosen_backup(store, number)
    named = _named(chosen)
    if is_check:
        verify(chosen, store)
        if identity_copy:
            check_copy(identity_copy)
        return f"{named}, as they were backed up"
    if identity_copy:
        check_copy(identity_copy)
    restore_files(chosen, store, lake_path)
    check_whole(lake_path)
    if identity_copy:
        restore_identity(identity_copy, settings.access.folder_of(lake_path))
    return f"{named}, restored to {lake_path}"


def _named(backup: Backup) -> str:
    return f"backup {backup.number} of publication {backup.publication}: {len(backup.files):,} files, {backup.size:,} bytes"


def _keep_apart(lake: Path, store: Path, identity_store: Path | None, has_persons: bool) -> None:
    if has_persons and identity_store is None:
        raise BadInput(
            "--identity-to: this lake holds pseudonyms; say where the copy of who they are goes, apart from the lake's"
        )
    places = [place.resolve() for place in (lake, store, identity_store) if place]
    for inner in places:
        for outer in places:
            if inner is not outer and inner.is_relative_to(outer):
                raise BadInput(f"{inner}: lies within {outer}; lake, backup and identity copies each need a place of their own")


def _replace_copy(folder: Path, to: Path) -> None:
    """The copy that belongs to a backup, as the store is now: records that were added since belong to it too."""
    fresh = to.with_name(f"{to.name}.new")
    for old in (fresh, to.with_name(f"{to.name}.old")):
        _remove(old)
    copy_identity(folder, fresh)
    if to.exists():
        to.rename(to.with_name(f"{to.name}.old"))
    fresh.rename(to)
    _remove(to.with_name(f"{to.name}.old"))


def _remove(copy: Path) -> None:
    for file in copy.iterdir() if copy.is_dir() else ():
        file.unlink()
    if copy.is_dir():
        copy.rmdir()
