"""Room for what a process writes for itself alone: a folder of its own, which goes when a later one finds that it has ended."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

from lake.places import is_local, remove_tree

LOCK_FILE = ".fundguard-run.lock"
OF_RUNS = "fundguard-run-"


def own_folder(root: Path) -> Path:
    """This process's folder below ``root``, which other processes, of other machines too, may share.

    The first call makes it, and removes the folders of processes that have ended, however they did: a process holds the lock in
    its folder as long as it lives. An object store has no such locks, so nothing is made or removed there (docs/cluster.md).
    """
    if not is_local(root):
        return root / _name()
    return _claimed(root.resolve(), os.getpid())[0]


def _name() -> str:
    return f"{OF_RUNS}{socket.gethostname()}-{os.getpid()}"


@cache
def _claimed(root: Path, _pid: int) -> tuple[Path, FileLock]:
    """The folder and its held lock. A fork is a process of its own, hence the number."""
    root.mkdir(parents=True, exist_ok=True)
    own = root / _name()
    # Of each user one: another's lock file cannot be opened.
    with FileLock(root / f".fundguard-runs-{os.getuid()}.lock"):
        for lock_file in root.glob(f"{OF_RUNS}*/{LOCK_FILE}"):
            _remove_if_ended(lock_file)
        own.mkdir(exist_ok=True)
        held = FileLock(own / LOCK_FILE, timeout=0)
        held.acquire()
    return own, held


def _remove_if_ended(lock_file: Path) -> None:
    """Removes the folder in which it lies; what another user left stays for a run of that user."""
    try:
        with FileLock(lock_file, timeout=0):
            remove_tree(lock_file.parent)
    except (Timeout, PermissionError):
        return
