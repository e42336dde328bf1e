"""What a table's transaction log says, read as files: cheap, and without Spark."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from lake.errors import IntegrityFailure

COMMIT = re.compile(r"^(\d{20})\.json$")


def log_folder(table_folder: Path) -> Path:
    """Where the table's commits lie."""
    return table_folder / "_delta_log"


def newest_version(table_folder: Path) -> int:
    """The version of the newest commit; -1 if there is no table."""
    folder = log_folder(table_folder)
    if not folder.is_dir():
        return -1
    return max((int(found[1]) for found in map(COMMIT.match, _names(folder)) if found), default=-1)


def commit_file(table_folder: Path, version: int) -> Path:
    """The file that holds the commit of that version."""
    return log_folder(table_folder) / f"{version:020d}.json"


def read_commit(file: Path) -> list[dict[str, Any]]:
    """The actions of a commit, in order; ValueError if a line is no JSON object."""
    return parse_commit(file.read_bytes())


def parse_commit(content: bytes) -> list[dict[str, Any]]:
    """The actions of a commit file that holds ``content``; ValueError if a line is no JSON object."""
    actions = [json.loads(line) for line in content.decode("utf-8").splitlines()]
    if not all(isinstance(action, dict) for action in actions):
        raise ValueError("a line is not an object")
    return actions


def commit_info(table_folder: Path, version: int) -> dict[str, Any]:
    """Operation, predicate and metrics of that commit."""
    for action in read_commit(commit_file(table_folder, version)):
        if "commitInfo" in action:
            return dict(action["commitInfo"])
    return {}


def stored_columns(table_folder: Path) -> list[str]:
    """The columns of the table's newest version, as the last commit that declared them has them."""
    for version in range(newest_version(table_folder), -1, -1):
        for action in read_commit(commit_file(table_folder, version)):
            if "metaData" in action:
                return [field["name"] for field in json.loads(action["metaData"]["schemaString"])["fields"]]
    raise IntegrityFailure(f"{table_folder.name}: no commit declares its columns")


def touched_partitions(table_folder: Path, after: int, column: str) -> set[str]:
    """Values of the partition column whose files a commit after version ``after`` added or removed."""
    values = set()
    for version in range(after + 1, newest_version(table_folder) + 1):
        for action in read_commit(commit_file(table_folder, version)):
            for kind in ("add", "remove"):
                if kind in action:
                    values.add(action[kind]["partitionValues"][column])
    return values


def _names(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]
