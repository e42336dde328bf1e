"""Puts what was written on the disk, so that no publication names what a power failure can take back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from lake.commits import commit_file, log_folder
from lake.places import is_local
from lake.table_log import read_log


def flush(lake: Path, versions: Mapping[str, int], since: Mapping[str, int]) -> None:
    """Flushes commits and data files of the versions after those of ``since``, and the folders that hold them.

    An object store has put away what it said it took.
    """
    if not is_local(lake):
        return
    for name, version in versions.items():
        log = read_log(lake / name)
        first = since.get(name, -1) + 1
        added_in = log.added_in()
        files = [commit_file(log.folder, number) for number in range(first, version + 1)]
        files += [log.folder / path for path in log.live(version) if added_in[path] >= first]
        _sync(files)
        _sync({file.parent for file in files} | {log.folder, log_folder(log.folder)} if files else ())


def _sync(paths: Iterable[Path]) -> None:
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
