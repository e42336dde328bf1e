"""Faults done to a night that runs as a process of its own, and what is left of its lake. Nothing here starts Spark."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Timer
from typing import Any

from lake.contents import contents
from lake.pins import pins_of
from lake.startup import check_lake
from tests.jobs.forked import forked_night

Fault = Callable[[BaseProcess], None]


def kill_all(process: BaseProcess) -> None:
    """As the machine does when it goes down: driver and JVM at once; nothing if they ended by themselves."""
    with suppress(ProcessLookupError):
        os.killpg(_number(process), signal.SIGKILL)


def kill_driver(process: BaseProcess) -> None:
    """As who looks for a process by its command line does: Python alone, whose JVM then ends by itself."""
    os.kill(_number(process), signal.SIGKILL)


def kill_jvm(process: BaseProcess) -> None:
    """As the operating system does when memory ends: the JVM alone."""
    os.kill(jvm_of(_number(process)), signal.SIGKILL)


def terminate(process: BaseProcess) -> None:
    """As a scheduler does: the driver is asked to end."""
    process.terminate()


def _number(process: BaseProcess) -> int:
    assert process.pid is not None
    return process.pid


def jvm_of(pid: int) -> int:
    """The process number of the driver's JVM."""
    (jvm,) = [child for child, name in children_of(pid).items() if name == "java"]
    return jvm


def children_of(pid: int) -> dict[int, str]:
    """The names of the processes that a process started, by their numbers."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return {int(child): Path(f"/proc/{child}/comm").read_text(encoding="utf-8").strip() for child in children}


def struck(folder: Path, month: str, last_line: str, fault: Fault) -> tuple[int | None, list[str]]:
    """A night to which ``fault`` is done when it has logged ``last_line``: exit code, and what it said beside log lines."""
    before: list[str] = []
    with forked_night(folder, month) as (process, said):
        for line in said:
            before.append(line.rstrip())
            if re.search(last_line, before[-1]):
                fault(process)
                break
        else:
            raise AssertionError("\n".join(before))
        after = [line.rstrip() for line in said]
    return process.exitcode, unlogged(before + after)


def killed_after(folder: Path, month: str, seconds: float) -> tuple[int | None, list[str]]:
    """A night whose driver and JVM are killed after so many seconds, if it is not over by then: exit code, what it said."""
    with forked_night(folder, month) as (process, said):
        timer = Timer(seconds, kill_all, [process])
        timer.start()
        lines = [line.rstrip() for line in said]
        timer.cancel()
    return process.exitcode, lines


def unlogged(lines: list[str]) -> list[str]:
    """The lines that are no log lines; the JVM's own about its modules cannot be switched off."""
    logged = r"\d{4}-\d\d-\d\d .* (INFO|WARNING|ERROR) |WARNING: Using incubator modules"
    return [line for line in lines if not re.match(logged, line)]


def published(lake: Path) -> tuple[int, dict[str, dict[str, Any]]]:
    """The last publication of a lake that is whole, and what the tables that it names hold, read anew."""
    check_lake(lake)
    pins = pins_of(lake).publications
    last = pins[max(pins)]
    return last.publication_id, contents(lake, last.versions)


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Callable[[int], None]]:
    """Makes ``folder`` a disk of so many bytes for a while; the function that gives it another size."""
    folder.mkdir(parents=True, exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield lambda other: _mount("-o", f"remount,size={other}", str(folder))
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607 - words of this file


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Makes the folder read-only for a while, for root too."""
    _mount("--bind", str(folder), str(folder))
    try:
        _mount("-o", "remount,bind,ro", str(folder))
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607 - words of this file


def can_mount(folder: Path) -> bool:
    """Whether this machine lets the tests mount."""
    if not shutil.which("mount"):
        return False
    try:
        with small_disk(folder, 1 << 16):
            return True
    except subprocess.CalledProcessError:
        return False


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True, capture_output=True)  # noqa: S603, S607 - words of this file
