"""What is wrong with a lake, and what may be moved away to heal it. Reads logs and file sizes, without Spark."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow

from lake.commits import log_folder
from lake.pins import Pins, read_pins
from lake.places import open_parquet, sizes
from lake.table_log import CHECKPOINT, TableLog, read_log
from lake.tables import (
    BATCH_FILE,
    BILL_LINE,
    BILL_SETTLEMENT,
    BILL_VISIT,
    CASE_LIST,
    CODE_DICT,
    COVERAGE,
    FINDING,
    FINDING_DETL,
    FINDING_EVENT,
    PUBLICATION_EXPIRED,
    PUBLICATIONS,
    REFUSE_LIST,
    REJECTS,
    RULE,
    RULE_RATE,
    RULE_REJECTS,
    SHADOWED,
    SOURCE_TABLES,
    TABLES,
    TASK,
    TYPE_RUN,
    WAIVED,
)

LOADED = {*SOURCE_TABLES, REJECTS.name, BATCH_FILE.name}
# What the next night, or vacuum, makes again by itself if commits that no publication names are taken back. Other tables
# hold what people wrote, or what this list does not know: of these nothing is ever taken back.
MADE_AGAIN = LOADED | {
    table.name
    for table in (
        *(RULE, RULE_REJECTS, CODE_DICT, BILL_LINE, BILL_VISIT, BILL_SETTLEMENT),
        *(FINDING, FINDING_DETL, FINDING_EVENT, REFUSE_LIST, COVERAGE, TASK, TYPE_RUN, CASE_LIST, WAIVED, RULE_RATE, SHADOWED),
        PUBLICATION_EXPIRED,  # flushed before the first file is deleted: a torn commit has deleted none
    )
}
NOTHING_BACK = sys.maxsize
HEALS = "`fundguard fsck --repair` moves it away"


@dataclass(frozen=True)
class Damage:
    """One line on what is wrong and what helps; ``move``: what to move away to heal it, nothing if it must be restored."""

    text: str
    move: tuple[Path, ...] = ()


def find_damage(lake: Path) -> list[Damage]:
    """Everything that is wrong with the lake, the log of publications first; empty for a whole lake, or none."""
    entries = sorted(lake.iterdir()) if lake.is_dir() else []
    folders = [entry for entry in entries if log_folder(entry).is_dir() or (entry.is_dir() and entry.name in TABLES)]
    logs = {folder.name: read_log(folder) for folder in folders}
    published = logs.pop(PUBLICATIONS.name, None)
    found = [] if published is None else list(_table_damage(published, set(), published.newest - 1))
    pins = read_pins(lake, published)
    # What publications name is known only as far as they can be read or be taken back.
    is_known = all(damage.move for damage in found)
    reload = _taken_back(logs[BATCH_FILE.name], pins.newest(BATCH_FILE.name) + 1) if BATCH_FILE.name in logs else ()
    for name, log in logs.items():
        keep_to = pins.newest(name) if is_known and name in MADE_AGAIN else NOTHING_BACK
        found += _table_damage(log, pins.kept(name), keep_to, reload if name in LOADED else ())
    return [*found, *_pinned_damage(pins, logs)]


def _table_damage(log: TableLog, kept: set[int], keep_to: int, reload: tuple[Path, ...] = ()) -> Iterator[Damage]:
    """The damages of one table: commits, then files of the newest and the kept versions, then checkpoints.

    Versions after ``keep_to`` may be taken back, and ``reload`` with them, so that what was loaded is loaded again.
    """
    named = log.folder.name
    faults = dict(log.faults)
    if log.newest < 0 and any(log.folder.rglob("*.parquet")):
        faults[0] = f"{named}/_delta_log holds no commit beside data files"
    added_in = log.added_in()
    readable = {version for version in kept | {log.readable} if 0 <= version <= log.readable}
    needed = log.needed(readable)
    there = sizes(log.folder, list(needed))
    for path, file in sorted(needed.items()):
        fault = _file_fault(there.get(path), file.size)
        if fault:
            faults.setdefault(added_in[path], f"{named}/{path} {fault}")
    first_back = max([log.newest, *faults]) + 1
    for version, fault in sorted(faults.items()):
        if version > keep_to:
            back = "no publication names it: `fundguard fsck --repair` takes it back, and the next night makes it again"
            yield Damage(f"{fault}; {back}", tuple(dict.fromkeys([*_taken_back(log, version), *reload])))
            first_back = version
            break
        yield Damage(f"{fault}: restore it")
    yield from _checkpoint_damage(log, first_back)


def _file_fault(held: int | None, size: int) -> str | None:
    if held is None:
        return "is missing, but a version that is kept names it"
    if held != size:
        return f"has {held} bytes where the log says {size}"
    return None


def _taken_back(log: TableLog, first: int) -> tuple[Path, ...]:
    """What makes the versions from ``first`` on if it is there: files of the log, or the folder of a table that is new."""
    if first == 0:
        return (log.folder,)
    folder = log_folder(log.folder)
    numbered = [entry for entry in folder.iterdir() if entry.name.lstrip(".")[:20].isdigit()]
    later = [entry for entry in numbered if int(entry.name.lstrip(".")[:20]) >= first]
    named = _last_checkpoint(log.folder)
    return tuple(sorted([*later, *([folder / "_last_checkpoint"] if named is not None and named >= first else [])]))


def _checkpoint_damage(log: TableLog, first_back: int) -> Iterator[Damage]:
    """Checkpoints before ``first_back`` that cannot be read, and a pointer to one that is not there."""
    folder, named = log_folder(log.folder), f"{log.folder.name}/_delta_log"
    pointer = folder / "_last_checkpoint"
    for file in sorted(folder.glob("*.parquet")):
        found = CHECKPOINT.match(file.name)
        if not found or int(found[1]) >= first_back or _is_parquet(file):
            continue
        if int(found[1]) > log.readable:
            yield Damage(f"{named}/{file.name} is damaged, and a commit before it too: restore it")
        else:
            move = (file, pointer) if pointer.exists() else (file,)
            yield Damage(f"{named}/{file.name} is damaged, but all commits are there: {HEALS}", move)
    version = _last_checkpoint(log.folder)
    if version == -1:
        yield Damage(f"{named}/_last_checkpoint is damaged, but all commits are there: {HEALS}", (pointer,))
    elif version is not None and version < first_back and not list(folder.glob(f"{version:020d}.checkpoint.*parquet")):
        yield Damage(f"{named}/_last_checkpoint names version {version}, whose checkpoint is missing: {HEALS}", (pointer,))


def _is_parquet(file: Path) -> bool:
    try:
        open_parquet(file).read()
    except (pyarrow.ArrowException, OSError):
        return False
    return True


def _last_checkpoint(folder: Path) -> int | None:
    """The version that ``_last_checkpoint`` names; None without one, -1 if it cannot be read."""
    file = log_folder(folder) / "_last_checkpoint"
    if not file.exists():
        return None
    try:
        return int(json.loads(file.read_text(encoding="utf-8"))["version"])
    except (ValueError, KeyError, TypeError):
        return -1


def _pinned_damage(pins: Pins, logs: Mapping[str, TableLog]) -> Iterator[Damage]:
    """Versions that a publication names and that are not there, or do not hold the rows that it says."""
    counted = {name: log.rows() for name, log in logs.items()}
    for pin in pins.publications.values():
        for name, version in pin.versions.items():
            newest = logs[name].newest if name in logs else -1
            if version > newest:
                text = f"{name} is at version {newest}, but publication {pin.publication_id} names {version}"
                yield Damage(f"{text}: restore its _delta_log")
                continue
            rows, stated = counted[name].get(version), pin.contents[name]["rows"]
            if rows is not None and rows != stated:
                text = f"{name} holds {rows} rows at version {version}, but publication {pin.publication_id} says {stated}"
                yield Damage(f"{text}: restore its _delta_log")
