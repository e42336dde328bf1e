"""Backups of a lake: a folder of files named by their digest, and a list for each backup. Without Spark, without a key."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lake.commits import log_folder, newest_version
from lake.errors import BadInput, IntegrityFailure
from lake.layout import FILE as LAYOUT
from lake.pins import pins_of
from lake.runs import FOLDER as RUNS
from lake.runs import RUNNING, read_records
from lake.table_log import read_log
from lake.tables import PUBLICATIONS, TABLES

FILES, LISTS = "files", "backups"
LIST = re.compile(r"^(\d{6})\.json$")
BLOCK = 1 << 20
# What a lake holds beside its tables that tells what happened: gate reports and records of runs.
BESIDE = ("_gate", RUNS)


@dataclass(frozen=True)
class Held:
    """A file of a backup: where it lies in the lake, its bytes and their SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Backup:
    """One list: its number, the newest publication that it holds, and its files by path."""

    number: int
    publication: int
    files: tuple[Held, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    def of_tables(self) -> tuple[Held, ...]:
        """The files that decide what readers see; records of runs come with each run."""
        return tuple(file for file in self.files if not file.path.startswith(f"{RUNS}/"))


def kept_files(lake: Path) -> list[Path]:
    """What a backup holds: logs, and the data files that the newest version or a kept publication names; reports and runs.

    The caller holds the writer's lock and has checked the lake.
    """
    pins = pins_of(lake)
    files: list[Path] = []
    for name in sorted(TABLES):
        log = read_log(lake / name)
        if log.newest < 0:
            continue
        # The pointer to the last checkpoint is written over in place and needed by nobody; hidden files are checksums.
        named = [entry for entry in log_folder(log.folder).iterdir() if entry.is_file() and entry.name[0] not in "._"]
        files += sorted(named)
        files += [log.folder / path for path in sorted(log.needed(pins.kept(name) | {log.newest}))]
    at_work = {run.run_id for run in read_records(lake) if run.state == RUNNING}
    beside = [entry for folder in BESIDE for entry in sorted((lake / folder).glob("*")) if entry.is_file()]
    layout = [lake / LAYOUT] if (lake / LAYOUT).is_file() else []
    return layout + files + [entry for entry in beside if entry.name[0] != "." and entry.stem not in at_work]


def back_up(lake: Path, store: Path) -> tuple[Backup, int]:
    """Adds a backup of the lake to the store, and says how many bytes were new; the last one again if nothing moved since.

    A file goes into the store once. The list is written last: what was cut off is no backup, and costs nothing.
    """
    before = last_backup(store)
    known = {file.path: file for file in before.files} if before else {}
    held, copied = [], 0
    for file in kept_files(lake):
        path, size = file.relative_to(lake).as_posix(), file.stat().st_size
        old = known.get(path)
        # A data file never changes under its name; its digest was taken when it was copied.
        if old and file.suffix == ".parquet" and old.size == size and _place(store, old.sha256).is_file():
            held.append(old)
            continue
        sha256, is_new = _keep(file, store)
        copied += size if is_new else 0
        held.append(Held(path, size, sha256))
    made = Backup(before.number + 1 if before else 1, _publication(lake), tuple(held))
    if before and before.of_tables() == made.of_tables():
        return before, 0
    _write_whole(store / LISTS / f"{made.number:06d}.json", json.dumps(asdict(made), indent=0).encode())
    return made, copied


def restore(backup: Backup, store: Path, lake: Path) -> None:
    """Makes the lake of a backup in a folder that is not there yet; each file has the digest that the list says.

    It is made beside its place and moved there when it is whole.
    """
    if lake.exists() and (not lake.is_dir() or any(lake.iterdir())):
        raise BadInput(f"{lake}: is there already; a backup is restored into a folder that is not")
    making = lake.with_name(f".{lake.name}.restoring")
    shutil.rmtree(making, ignore_errors=True)
    for file in backup.files:
        target = making / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            _checked_copy(file, store, out)
    if lake.exists():
        lake.rmdir()
    making.rename(lake)


def verify(backup: Backup, store: Path) -> None:
    """Reads every file of the backup; IntegrityFailure names the first that is missing or not what it was."""
    for file in backup.files:
        _checked_copy(file, store, None)


def chosen_backup(store: Path, number: int | None) -> Backup:
    """The backup of that number, or the last; BadInput if there is none."""
    numbers = _numbers(store)
    wanted = numbers[-1] if number is None and numbers else number
    if wanted not in numbers:
        there = ", ".join(map(str, numbers)) or "none"
        raise BadInput(f"{store}: no such backup; there are {there}")
    return _read(store, wanted)


def last_backup(store: Path) -> Backup | None:
    """The newest backup of the store; None before the first."""
    numbers = _numbers(store)
    return _read(store, numbers[-1]) if numbers else None


def _numbers(store: Path) -> list[int]:
    lists = (store / LISTS).iterdir() if (store / LISTS).is_dir() else ()
    return sorted(int(found[1]) for found in (LIST.match(entry.name) for entry in lists) if found)


def _read(store: Path, number: int) -> Backup:
    file = store / LISTS / f"{number:06d}.json"
    try:
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return Backup(content["number"], content["publication"], tuple(Held(**held) for held in content["files"]))
    except (ValueError, KeyError, TypeError):
        raise IntegrityFailure(f"{file}: the list of this backup is damaged; take another") from None


def _publication(lake: Path) -> int:
    is_any = newest_version(lake / PUBLICATIONS.name) >= 0
    return max(pins_of(lake).publications, default=0) if is_any else 0


def _place(store: Path, sha256: str) -> Path:
    return store / FILES / sha256[:2] / sha256


def _keep(file: Path, store: Path) -> tuple[str, bool]:
    """Puts the file into the store under its digest; the digest, and whether it is new there."""
    with file.open("rb") as source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    place = _place(store, sha256)
    if place.is_file() and place.stat().st_size == file.stat().st_size:
        return sha256, False
    with file.open("rb") as source:
        _write_whole(place, b"", source)
    return sha256, True


def _write_whole(place: Path, content: bytes, source: Any = None) -> None:
    """Writes a file that is there whole and on the disk, or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(f".{place.name}.partial")
    with partial.open("wb") as out:
        out.write(content)
        if source:
            shutil.copyfileobj(source, out, BLOCK)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(place)


def _checked_copy(file: Held, store: Path, out: Any) -> None:
    place = _place(store, file.sha256)
    if not place.is_file():
        raise IntegrityFailure(f"{store}: the backup lacks {file.path}; restore another one")
    digest = hashlib.sha256()
    with place.open("rb") as source:
        for block in _blocks(source):
            digest.update(block)
            if out:
                out.write(block)
    if digest.hexdigest() != file.sha256:
        raise IntegrityFailure(f"{place}: {file.path} is not what was backed up; restore another one")


def _blocks(source: Any) -> Iterator[bytes]:
    while block := source.read(BLOCK):
        yield block
