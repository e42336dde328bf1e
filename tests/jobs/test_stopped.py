"""A night that the machine or a scheduler stops before Spark starts: exit code 5, one line, and the lake as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.jobs.commands import arguments, run
from tests.jobs.faults import can_mount, children_of, published, read_only, struck, terminate, unlogged
from tests.jobs.forked import forked_night
from tests.jobs.story import land_batches, write_rules
from tests.lake.written import WrittenLake

# A driver that is asked to end just while an object goes.
DELETING = """
import os, signal, time
from jobs.failures import end_on_sigterm

class Going:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)

end_on_sigterm()
Going()
time.sleep(5)
print("the night went on")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What lands, the rules, and the place of a lake."""
    land_batches(tmp_path / "landing", "b1")
    write_rules(tmp_path / "rules")
    return tmp_path


def write_lake(folder: Path) -> None:
    """A lake with one publication."""
    lake = WrittenLake(folder / "lake")
    lake.commit("outcome")
    lake.commit("outcome", [{"value": 70}])
    lake.publish(1, outcome=1)


def refused(folder: Path) -> list[str]:
    """What a night says that ends with exit code 5; it can start no JVM."""
    done = run(arguments(folder, "2025-02"), JAVA_HOME=str(folder / "no-java"))
    assert done.returncode == 5, done.stderr
    return unlogged(done.stderr.splitlines())


def test_a_read_only_lake_takes_no_night(folder: Path) -> None:
    write_lake(folder)
    if not can_mount(folder / "lake"):
        pytest.skip("this machine lets the tests mount nothing")
    with read_only(folder / "lake"):
        first = folder / "lake" / "_runs"
        assert refused(folder) == [f"fundguard: {first}: cannot be written; give the right to it and run again"]


def test_a_night_that_is_asked_to_end_ends(folder: Path) -> None:
    write_lake(folder)
    before = published(folder / "lake")

    ended = struck(folder, "2025-02", r"rules: .* rows loaded", terminate)

    assert ended == (5, ["fundguard: stopped by SIGTERM; what is published stands, run again"])
    assert published(folder / "lake") == before


def test_a_night_that_is_asked_to_end_while_java_starts_leaves_no_java(folder: Path) -> None:
    with forked_night(folder, "2025-02") as (process, _):
        assert process.pid is not None
        within(60, lambda: "java" in children_of(process.pid).values())
        process.terminate()
        process.join()
        try:
            within(30, lambda: not group_lives(process.pid))
        finally:
            if group_lives(process.pid):
                os.killpg(process.pid, signal.SIGKILL)

    assert process.exitcode == 5
    assert not (folder / "lake" / "publications").exists()


def test_a_signal_that_comes_while_python_tidies_up_is_not_lost() -> None:
    """Python drops what is raised while it deletes an object, as it does for PySpark's whenever one goes."""
    done = subprocess.run([sys.executable, "-c", DELETING], check=False, capture_output=True, text=True)  # noqa: S603 - words of this file

    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.splitlines() == ["fundguard: stopped by SIGTERM; what is published stands, run again"]


def within(seconds: float, holds: Callable[[], bool]) -> None:
    """Waits until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.01)


def group_lives(number: int) -> bool:
    """Whether a process of the night's own group is left."""
    try:
        os.killpg(number, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("machine", [{"JAVA_HOME": "/nowhere"}, {"JDK_JAVA_OPTIONS": "-XX:NoSuchOption"}], ids=str)
def test_a_night_whose_java_does_not_start_is_no_bug(folder: Path, machine: dict[str, str]) -> None:
    done = run(arguments(folder, "2025-02"), **machine)

    assert done.returncode == 5, done.stderr
    said = "fundguard: Java did not start, its own lines above say why: see JAVA_HOME, JDK_JAVA_OPTIONS, memory"
    assert unlogged(done.stderr.splitlines())[-1] == said
