"""A night that is killed at any step leaves the last publication as it was, and the next night makes good for it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.jobs.faults import Fault, kill_all, kill_driver, kill_jvm, killed_after, published, struck, terminate
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
    ("ingest", kill_jvm),
    ("lines", kill_driver),
    ("findings", kill_all),
    ("cases", kill_jvm),
]
GONE = "fundguard: the Java process is gone, killed or out of memory; what is published stands, run again"
STOPPED = "fundguard: stopped by SIGTERM; what is published stands, run again"
KILLED = (-signal.SIGKILL, [])
ANSWERS: dict[Fault, tuple[int, list[str]]] = {
    kill_all: KILLED,
    kill_driver: KILLED,
    kill_jvm: (5, [GONE]),
    terminate: (5, [STOPPED]),
}
# Of the random test: so many kills, at moments by this seed.
KILLS, SEED = int(os.environ.get("KILLS", "200")), int(os.environ.get("SEED", "7"))


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
    assert_as_undisturbed(story, folder)


def assert_as_undisturbed(story: Story, folder: Path) -> None:
    """What is published now is what an undisturbed night publishes."""
    assert exported(folder) == story.tables["later"]
    assert exported(folder, "finding_event") == story.tables["events"]


def test_killed_nights_change_nothing_and_the_next_makes_good(story: Story, folder: Path) -> None:
    before = published(folder / "lake")
    for step, fault in ON_EVERY_CHANGE:
        assert struck(folder, "2025-03", STEPS[step], fault) == ANSWERS[fault], step
        assert published(folder / "lake") == before, step
    # Each removed what the one before had left in the scratch folder.
    assert len([left for left in (folder / "spark").iterdir() if left.is_dir()]) == 1
    assert_made_good(story, folder)


@pytest.mark.long
@pytest.mark.parametrize("fault", [kill_driver, kill_jvm, terminate], ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("step", STEPS)
def test_a_night_killed_at_a_step_changes_nothing(story: Story, folder: Path, step: str, fault: Fault) -> None:
    if step == "rules" and fault is kill_jvm:
        pytest.skip("no JVM has started yet")
    before = published(folder / "lake")

    assert struck(folder, "2025-03", STEPS[step], fault) == ANSWERS[fault]

    assert published(folder / "lake") == before
    assert_made_good(story, folder)


@pytest.mark.long
def test_nights_killed_at_any_moment_change_nothing(story: Story, folder: Path) -> None:
    """Each night begins with what the killed ones left. One that comes to its end before its moment has published what an
    undisturbed one does, and the lake is set back.
    """
    before = published(folder / "lake")
    moments, whole = random.Random(SEED), seconds_of_a_night(folder)  # noqa: S311 - the same moments for a seed
    killed = 0
    while killed < KILLS:
        code, said = killed_after(folder, "2025-03", moments.uniform(0, whole))
        killed += code == -signal.SIGKILL
        print(f"seed {SEED}: {killed} of {KILLS} nights killed, the last after: {said[-1:]}", flush=True)
        assert code in (0, -signal.SIGKILL), said
        if published(folder / "lake") != before:
            assert_as_undisturbed(story, folder)
            set_back(folder)
    assert_made_good(story, folder)


def seconds_of_a_night(folder: Path) -> float:
    """How long an undisturbed night takes here and now; the lake is set back after it."""
    shutil.copytree(folder / "lake", folder / "february")
    begun = time.monotonic()
    assert killed_after(folder, "2025-03", 600)[0] == 0
    taken = time.monotonic() - begun
    set_back(folder)
    return taken


def set_back(folder: Path) -> None:
    """Makes the lake what it was before the night."""
    shutil.rmtree(folder / "lake")
    shutil.copytree(folder / "february", folder / "lake")
