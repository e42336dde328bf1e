"""One writer of a lake on an object store: the store decides who, and a lock says whose it is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from jobs.unlock import unlock
from lake.errors import BadInput, LakeBusy
from lake.lock import one_writer
from lake.object_lock import LOCK_OBJECT, Holder, holder
from lake.places import place, write_whole
from tests.cluster.store import Store, object_store
from tests.jobs.commands import run

ROOT = Path(__file__).parents[2]
HELD = """
import sys
from lake.lock import one_writer
from lake.places import place
with one_writer(place(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with object_store() as served:
        yield served


@pytest.fixture
def lake(store: Store, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    for name, value in store.variables.items():
        monkeypatch.setenv(name, value)
    return place(store.lake(re.sub(r"\W", "-", request.node.name)))


def writer(lake: Path) -> subprocess.Popen[str]:
    """Another process that holds the lake until its input ends."""
    words = [sys.executable, "-c", HELD, str(lake)]
    process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this file's
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def leave_lock(lake: Path, **otherwise: object) -> Holder:
    """The lock of a writer that was killed, as this process would have left it but for ``otherwise``."""
    with one_writer(lake):
        left = replace(_held(lake), **otherwise)  # type: ignore[arg-type]  # values of its own fields
    (lake / LOCK_OBJECT).write_text(json.dumps(asdict(left)), encoding="utf-8")
    return left


def _held(lake: Path) -> Holder:
    held = holder(lake)
    assert held is not None
    return held


def test_a_second_writer_is_refused_and_changes_nothing(lake: Path) -> None:
    first = writer(lake)
    try:
        before = holder(lake)
        with pytest.raises(LakeBusy, match=f"process {first.pid} of ") as refused, one_writer(lake):
            pass
        assert refused.value.exit_code == 4
        assert holder(lake) == before
    finally:
        first.communicate("")
    assert holder(lake) is None


def test_the_lock_of_a_killed_writer_is_replaced_on_its_machine(lake: Path) -> None:
    killed = writer(lake)
    killed.kill()
    killed.communicate()
    assert _held(lake).pid == killed.pid
    with one_writer(lake):
        assert _held(lake).pid != killed.pid
    assert holder(lake) is None


# None of these is known to have ended: it may be at work where this process cannot look.
@pytest.mark.parametrize("otherwise", [{"process": "another-boot:1"}, {"pid_space": "of another container"}])
def test_the_lock_of_another_machine_is_a_persons_to_take_away(lake: Path, otherwise: dict[str, object]) -> None:
    left = leave_lock(lake, pid=2**22 + 1, **otherwise)
    with pytest.raises(LakeBusy, match="fundguard unlock"), one_writer(lake):
        pass
    with pytest.raises(LakeBusy, match="add --force"):
        unlock(lake, is_forced=False)
    assert holder(lake) == left
    assert unlock(lake, is_forced=True) == f"{lake}: the lock of {left.named} is taken away"
    assert unlock(lake, is_forced=True) == f"{lake}: no writer holds it"


def test_an_object_that_names_nobody_is_a_persons_to_take_away(lake: Path) -> None:
    # A lake that was copied from a folder: there the lock is an empty file.
    (lake / LOCK_OBJECT).write_text("", encoding="utf-8")
    with pytest.raises(LakeBusy, match="names nobody, as a lake copied from a folder"), one_writer(lake):
        pass
    unlock(lake, is_forced=True)
    with one_writer(lake):
        assert _held(lake).pid == os.getpid()


def test_a_number_that_another_process_bears_now_is_no_life_sign(lake: Path) -> None:
    with one_writer(lake):
        boot = _held(lake).process.partition(":")[0]
    left = leave_lock(lake, process=f"{boot}:0")
    with one_writer(lake):
        assert _held(lake).token != left.token


def test_a_writer_whose_lock_was_taken_away_does_not_release_anothers(lake: Path) -> None:
    with one_writer(lake):
        unlock(lake, is_forced=True)
        others = leave_lock(lake, process="another-boot:1")
    assert holder(lake) == others


def test_a_bucket_that_is_not_there_is_said_in_one_line(lake: Path) -> None:
    with pytest.raises(BadInput, match="there is no such bucket"):
        write_whole(place("s3://nowhere/lake/_runs/a.json"), "{}")


def test_a_store_that_lets_nobody_in_is_said_in_one_line(store: Store) -> None:
    variables = {"AWS_ENDPOINT_URL": store.endpoint, "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
    answered = run(["fsck", "--lake", store.lake("lake")], **variables)
    assert (answered.returncode, answered.stderr.count("\n")) == (5, 1), answered.stderr
    assert answered.stderr.startswith("fundguard: the object store: Unable to locate credentials")


def test_a_lake_in_a_folder_has_nothing_to_unlock(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing to unlock"):
        unlock(tmp_path, is_forced=True)
