"""`make down` ends what `make up` started, whoever its parent is by now, and nothing else."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from tools.trial.processes import Process, end, family, start

MARK = "FUNDGUARD_TRIAL_OF_A_TEST"
# A service with a child in a session of its own, as a command of a task is, that takes no notice of SIGTERM.
SERVICE = "setsid sh -c 'trap : TERM; while :; do sleep 0.1; done' & wait"


def running(tmp_path: Path, mark: str) -> Process:
    """The service, when its child is there."""
    service = start(["sh", "-c", SERVICE], os.environ | {MARK: mark}, tmp_path / "log")
    while len(family([service], b"no mark")) < 2:
        time.sleep(0.05)
    return service


def test_a_service_and_its_child_are_ended_and_another_is_not(tmp_path: Path) -> None:
    other = running(tmp_path, "other")
    service = running(tmp_path, "ours")

    assert end([service], f"{MARK}=ours".encode(), grace=1.0) == set()

    assert family([service], f"{MARK}=ours".encode()) == set()
    assert other in family([other], b"no mark")
    end([other], f"{MARK}=other".encode(), grace=1.0)


def test_a_child_whose_service_is_gone_is_found_by_its_mark(tmp_path: Path) -> None:
    service = running(tmp_path, "gone")
    os.kill(service.pid, 9)
    while service in family([service], b"no mark"):
        time.sleep(0.05)

    left = family([service], f"{MARK}=gone".encode())

    assert left
    assert service not in left
    assert end([service], f"{MARK}=gone".encode(), grace=1.0) == set()


def test_a_later_process_of_the_same_number_is_left_alone() -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:  # noqa: S607 - the system's own
        assert end([Process(stranger.pid, started=0)], f"{MARK}=nobody".encode(), grace=1.0) == set()
        assert stranger.poll() is None
        stranger.kill()
