"""The processes of a trial: started in sessions of their own with a mark in the environment, and ended with every child."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

GRACE = 15.0  # seconds between asking a process to end and making it


@dataclass(frozen=True)
class Process:
    """A process, told apart from a later one of the same number by when it started."""

    pid: int
    started: int


def start(words: Sequence[str], environment: Mapping[str, str], log: Path) -> Process:
    """A process in a session of its own that writes to ``log``."""
    with log.open("ab") as out:
        child = subprocess.Popen(  # noqa: S603 - words of this project
            words, env=dict(environment), stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
        )
    return Process(child.pid, _all()[child.pid].started)


def family(first: Collection[Process], mark: bytes) -> set[Process]:
    """Those of ``first`` that live, what lives in their sessions or descends from them, and what bears the mark.

    Airflow's workers write their titles over their environment, commands of tasks have sessions of their own: each way alone
    misses some.
    """
    living = _all()
    ours = {one.pid for one in first if _is(living, one)}
    ours |= {pid for pid, one in living.items() if one.session in ours or _bears(pid, mark)}
    while more := {pid for pid, one in living.items() if one.parent in ours} - ours:
        ours |= more
    return {Process(pid, living[pid].started) for pid in ours if pid != os.getpid()}


def end(first: Collection[Process], mark: bytes, grace: float = GRACE) -> set[Process]:
    """Asks ``first`` to end and then their family, and makes what stays; what is left after that."""
    known = family(first, mark)
    for asked in (set(first) & known, known):
        _signal(asked, signal.SIGTERM)
        _wait(known, grace)
    known, until = _left(known) | family(first, mark), time.monotonic() + grace
    # Looked for again: one that is ended may have begun another just before.
    while known and time.monotonic() < until:
        _signal(known, signal.SIGKILL)
        _wait(known, until - time.monotonic())
        known = _left(known) | family(first, mark)
    return known


@dataclass(frozen=True)
class _Seen:
    parent: int
    session: int
    started: int


def _all() -> dict[int, _Seen]:
    """Every process that has not ended, by number."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            found[int(folder.name)] = _Seen(parent=int(fields[1]), session=int(fields[3]), started=int(fields[19]))
    return found


def _is(living: Mapping[int, _Seen], one: Process) -> bool:
    """Whether this very process lives."""
    return one.pid in living and living[one.pid].started == one.started


def _bears(pid: int, mark: bytes) -> bool:
    try:
        return mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _left(known: Collection[Process]) -> set[Process]:
    living = _all()
    return {one for one in known if _is(living, one)}


def _signal(asked: Collection[Process], number: signal.Signals) -> None:
    for one in _left(asked):
        try:
            os.kill(one.pid, number)
        except ProcessLookupError:
            continue


def _wait(known: Collection[Process], seconds: float) -> None:
    until = time.monotonic() + seconds
    while _left(known) and time.monotonic() < until:
        time.sleep(0.2)
