"""A night that is killed at any step leaves the last publication as it was, and the next night makes good for it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.jobs.commands import ROOT, arguments, command, environment
from tests.jobs.faults import Fault, kill_all, kill_jvm, published, struck, terminate
from tests.jobs.nights import exported, night
from tests.jobs.story import land_batches, write_rules
from tests.jobs.telling import Story

# Steps of a night by the log line that ends them.
STEPS = {
    "rules": r"rules: .* rows loaded",
    "ingest": r"b2/setl_d.csv: .* rows read",
    "lines": r"bills: .* rows in bill_line",
    "visits": r"bills: .* rows in bill_visit",
    "settlements": r"bills: .* rows in bill_settlement",
    "plan": r"judging 2025-02, 2025-03",
    "shapes": r"audit: 10 of 10 done",
    "findings": r"audit: .* rows in finding$",
    "lines of findings": r"audit: .* rows in finding_detl",
    "refuse list": r"audit: .* rows in refuse_list",
    "cases": r"cases: .* ranked",
    "events": r"findings: .* otherwise than published",
}
# Tried on every change, one after the other on one lake: each next night begins with what the killed one left.
ON_EVERY_CHANGE: list[tuple[str, Fault]] = [
    ("findings", kill_all),
    ("cases", kill_jvm),
]
GONE = "fundguard: the Java process is gone, killed or out of memory; what is published stands, run again"
STOPPED = "fundguard: stopped by SIGTERM; what is published stands, run again"
ANSWERS: dict[Fault, tuple[int, list[str]]] = {
    kill_all: (-signal.SIGKILL, []),
    kill_jvm: (5, [GONE]),
    terminate: (5, [STOPPED]),
}
RANDOM_KILLS = 200
SECONDS_OF_A_NIGHT = 30


@pytest.fixture
def folder(story: Story, tmp_path: Path) -> Path:
    """The lake after the first night, and what lands for the second."""
    shutil.copytree(story.folder / "lake-of-february", tmp_path / "lake")
    land_batches(tmp_path / "landing", "b1", "b2")
    write_rules(tmp_path / "rules")
    return tmp_path


def assert_made_good(story: Story, folder: Path) -> None:
    """The next night publishes what an undisturbed one does."""
    night(folder, folder / "landing", folder / "rules", "2025-03")
    assert exported(folder) == story.tables["later"]
    assert exported(folder, "finding_event") == story.tables["events"]


def test_killed_nights_change_nothing_and_the_next_makes_good(story: Story, folder: Path) -> None:
    before = published(folder / "lake")
    for step, fault in ON_EVERY_CHANGE:
        assert struck(folder, "2025-03", STEPS[step], fault) == ANSWERS[fault], step
        assert published(folder / "lake") == before, step
    assert_made_good(story, folder)


@pytest.mark.long
@pytest.mark.parametrize("fault", [kill_all, kill_jvm, terminate], ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("step", STEPS)
def test_a_night_killed_at_a_step_changes_nothing(story: Story, folder: Path, step: str, fault: Fault) -> None:
    before = published(folder / "lake")
    code, said = struck(folder, "2025-03", STEPS[step], fault)
    if step == "rules" and fault is kill_jvm:
        pytest.skip("no JVM has started yet")
    assert (code, said) == ANSWERS[fault]
    assert published(folder / "lake") == before
    assert_made_good(story, folder)


@pytest.mark.long
def test_nights_killed_at_any_moment_change_nothing(story: Story, folder: Path) -> None:
    before = published(folder / "lake")
    moments = random.Random(7)  # noqa: S311 - the same moments in every run
    for _ in range(RANDOM_KILLS):
        killed_after(folder, moments.uniform(1, SECONDS_OF_A_NIGHT))
        if published(folder / "lake") != before:
            break
    # A night may have come to its end before its moment came: then it has published what an undisturbed one does.
    assert_made_good(story, folder)


def killed_after(folder: Path, seconds: float) -> None:
    """A night whose driver and JVM are killed after so many seconds, if it is not over by then."""
    process = subprocess.Popen(  # noqa: S603 - this interpreter, words of the tests
        command(arguments(folder, "2025-03")), cwd=ROOT, env=environment(), stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
