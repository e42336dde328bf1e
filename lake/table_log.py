"""A table's transaction log as files: what each commit adds and removes, and which commits are damaged. Without Spark."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lake.commits import COMMIT, commit_file, log_folder, parse_commit
from lake.places import read_all

CHECKPOINT = re.compile(r"^(\d{20})\.checkpoint\..*parquet$")
CHECKSUM = re.compile(r"^(\d{20})\.crc$")


@dataclass(frozen=True)
class DataFile:
    """A data file as a commit names it: bytes and rows."""

    size: int
    rows: int


@dataclass(frozen=True)
class Commit:
    """What a commit adds and removes, by path below the table's folder."""

    added: dict[str, DataFile]
    removed: frozenset[str]


@dataclass(frozen=True)
class TableLog:
    """The commits of a table that are whole, and ``faults``: version → file and what is wrong with it."""

    folder: Path
    commits: dict[int, Commit]
    faults: dict[int, str]

    @property
    def newest(self) -> int:
        """The newest version that there is or was; -1 if the table was never created."""
        return max([*self.commits, *self.faults], default=-1)

    @property
    def readable(self) -> int:
        """The newest version before the first damaged commit."""
        return min(self.faults, default=self.newest + 1) - 1

    def live(self, version: int) -> dict[str, DataFile]:
        """The data files of a version that is not beyond ``readable``."""
        return self.needed([version])

    def needed(self, versions: Iterable[int]) -> dict[str, DataFile]:
        """The data files that any of the versions names."""
        wanted = set(versions)
        live: dict[str, DataFile] = {}
        needed: dict[str, DataFile] = {}
        for version in range(max(wanted, default=-1) + 1):
            commit = self.commits[version]
            live |= commit.added
            for path in commit.removed:
                live.pop(path, None)
            if version in wanted:
                needed |= live
        return needed

    def rows(self) -> dict[int, int]:
        """The rows of each version up to ``readable``."""
        live: dict[str, int] = {}
        counted = {}
        for version in range(self.readable + 1):
            live |= {path: file.rows for path, file in self.commits[version].added.items()}
            for path in self.commits[version].removed:
                live.pop(path, None)
            counted[version] = sum(live.values())
        return counted

    def added_in(self) -> dict[str, int]:
        """The version that added each data file."""
        return {path: version for version, commit in sorted(self.commits.items()) for path in commit.added}


def read_log(folder: Path) -> TableLog:
    """The log of the table in ``folder``; no commits if it has none."""
    names = sorted(entry.name for entry in log_folder(folder).iterdir()) if log_folder(folder).is_dir() else []
    there = {int(found[1]) for found in map(COMMIT.match, names) if found}
    promised = {int(found[1]) for found in (*map(CHECKSUM.match, names), *map(CHECKPOINT.match, names)) if found}
    files = {version: commit_file(folder, version) for version in sorted(there)}
    held = dict(zip(files, read_all(list(files.values())), strict=True))
    commits, faults = {}, {}
    for version in range(max(there | promised, default=-1) + 1):
        named = f"{folder.name}/_delta_log/{commit_file(folder, version).name}"
        if version not in there:
            faults[version] = f"{named} is missing"
            continue
        try:
            commits[version] = _commit(held[version])
        except ValueError as error:
            faults[version] = f"{named} {error}"
    return TableLog(folder, commits, faults)


def _commit(content: bytes) -> Commit:
    """The commit that a file holds; ValueError with what is wrong if it is not whole."""
    if not content:
        raise ValueError("is empty (zero bytes), its rows would be lost")
    try:
        actions = parse_commit(content)
    except ValueError:
        raise ValueError("is cut off or no JSON") from None
    infos = [action["commitInfo"] for action in actions if "commitInfo" in action]
    if not infos:
        raise ValueError("has no commitInfo, it is cut off")
    added = {unquote(action["add"]["path"]): _data_file(action["add"]) for action in actions if "add" in action}
    removed = frozenset(unquote(action["remove"]["path"]) for action in actions if "remove" in action)
    _check_metrics(infos[0], added, removed)
    return Commit(added, removed)


def _data_file(added: dict[str, Any]) -> DataFile:
    return DataFile(int(added["size"]), int(json.loads(added["stats"])["numRecords"]))


def _check_metrics(info: dict[str, Any], added: dict[str, DataFile], removed: frozenset[str]) -> None:
    """ValueError if a commit lost whole lines: its files hold fewer rows than it says it wrote.

    Rows and not files are compared: Delta counts an empty file that it does not name.
    """
    if info.get("operation") != "WRITE":
        return
    metrics = info.get("operationMetrics", {})
    counted = {"numOutputRows": sum(file.rows for file in added.values()), "numRemovedFiles": len(removed)}
    for metric, count in counted.items():
        if int(metrics.get(metric, count)) != count:
            raise ValueError(f"accounts for {count} where {metric} is {metrics[metric]}")
