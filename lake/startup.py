"""The check before any work: is every table whole? Reads the transaction logs as files, without Spark."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow
import pyarrow.parquet as parquet

from lake.commits import COMMIT, log_folder, read_commit
from lake.errors import IntegrityFailure
from lake.tables import PUBLICATIONS

CHECKPOINT = re.compile(r"^(\d{20})\.checkpoint\..*parquet$")
CHECKSUM = re.compile(r"^(\d{20})\.crc$")


def check_lake(lake: Path) -> None:
    """Raises IntegrityFailure naming the first damaged file; says nothing if every table is whole.

    Found are: an empty, cut or unreadable commit, a gap, a lost newest commit, a damaged checkpoint, a data file
    that is missing or has another size, and a publication that names a version which is not there.
    """
    tables = sorted(folder for folder in lake.iterdir() if log_folder(folder).is_dir()) if lake.is_dir() else []
    newest = {folder.name: _check_table(folder) for folder in tables}
    if PUBLICATIONS.name in newest:
        _check_publications(lake / PUBLICATIONS.name, newest)


def _check_table(folder: Path) -> int:
    """The newest version of a table whose log and files are whole."""
    names = sorted(entry.name for entry in log_folder(folder).iterdir())
    versions = [int(found[1]) for found in map(COMMIT.match, names) if found]
    promised = [int(found[1]) for found in (*map(CHECKSUM.match, names), *map(CHECKPOINT.match, names)) if found]
    if not versions:
        raise IntegrityFailure(f"{folder.name}/_delta_log holds no commit: restore the table")
    for version in range(max([*versions, *promised]) + 1):
        if version not in set(versions):
            raise IntegrityFailure(f"{folder.name}/_delta_log/{version:020d}.json is missing: restore it")
    live = _live_files(folder)
    for name in names:
        if CHECKPOINT.match(name):
            _check_checkpoint(folder, name)
    _check_last_checkpoint(folder)
    _check_files(folder, live)
    return max(versions)


def _live_files(folder: Path) -> dict[str, int]:
    """The data files of the newest version with their sizes, by replaying every commit."""
    live: dict[str, int] = {}
    for file in sorted(log_folder(folder).glob("*.json")):
        if not COMMIT.match(file.name):
            continue
        named = f"{folder.name}/_delta_log/{file.name}"
        if file.stat().st_size == 0:
            raise IntegrityFailure(f"{named} is empty (zero bytes), its rows would be lost: restore it")
        try:
            actions = read_commit(file)
        except ValueError:
            raise IntegrityFailure(f"{named} is cut off or no JSON: restore it") from None
        _check_metrics(named, actions)
        for action in actions:
            if "add" in action:
                live[unquote(action["add"]["path"])] = int(action["add"]["size"])
            if "remove" in action:
                live.pop(unquote(action["remove"]["path"]), None)
    return live


def _check_metrics(named: str, actions: list[dict[str, Any]]) -> None:
    """Raises IntegrityFailure if a commit lost whole lines: its files hold fewer rows than it says it wrote.

    Rows and not files are compared: Delta counts an empty file that it does not name.
    """
    infos = [action["commitInfo"] for action in actions if "commitInfo" in action]
    if not infos:
        raise IntegrityFailure(f"{named} has no commitInfo, it is cut off: restore it")
    metrics = infos[0].get("operationMetrics", {})
    counted = {
        "numOutputRows": sum(json.loads(action["add"]["stats"])["numRecords"] for action in actions if "add" in action),
        "numRemovedFiles": sum("remove" in action for action in actions),
    }
    for metric, count in counted.items():
        if infos[0].get("operation") == "WRITE" and int(metrics.get(metric, count)) != count:
            raise IntegrityFailure(f"{named} accounts for {count} where {metric} is {metrics[metric]}: restore it")


def _check_checkpoint(folder: Path, name: str) -> None:
    file = log_folder(folder) / name
    try:
        parquet.read_table(file)
    except (pyarrow.ArrowException, OSError):
        raise IntegrityFailure(
            f"{folder.name}/_delta_log/{name} is damaged, but all commits are there: "
            "move it and _last_checkpoint away and the table reads again"
        ) from None


def _check_last_checkpoint(folder: Path) -> None:
    """Raises IntegrityFailure if ``_last_checkpoint`` cannot be read or names a file that is not there."""
    file = log_folder(folder) / "_last_checkpoint"
    if not file.exists():
        return
    named = f"{folder.name}/_delta_log/_last_checkpoint"
    try:
        version = int(json.loads(file.read_text(encoding="utf-8"))["version"])
    except (ValueError, KeyError, TypeError):
        raise IntegrityFailure(f"{named} is damaged, but all commits are there: move it away") from None
    if not list(log_folder(folder).glob(f"{version:020d}.checkpoint.*parquet")):
        raise IntegrityFailure(f"{named} names version {version}, whose checkpoint is missing: move it away")


def _check_files(folder: Path, live: dict[str, int]) -> None:
    for path, size in sorted(live.items()):
        file = folder / path
        if not file.is_file():
            raise IntegrityFailure(f"{folder.name}/{path} is missing, but the newest version names it: restore it")
        if file.stat().st_size != size:
            raise IntegrityFailure(f"{folder.name}/{path} has {file.stat().st_size} bytes where the log says {size}: restore it")


def _check_publications(folder: Path, newest: dict[str, int]) -> None:
    """Raises IntegrityFailure if a publication pins a version that its table does not have."""
    for path in sorted(_live_files(folder)):
        for row in parquet.read_table(folder / path, columns=["publication_id", "versions"]).to_pylist():
            for name, version in json.loads(row["versions"]).items():
                if newest.get(name, -1) < version:
                    raise IntegrityFailure(
                        f"{name} is at version {newest.get(name, -1)}, but publication {row['publication_id']} "
                        f"names {version}: restore its _delta_log"
                    )
