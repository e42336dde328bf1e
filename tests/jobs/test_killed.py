"""A night that is killed at any step leaves the last publication as it was, and the next night makes good for it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.jobs.commands import ROOT, arguments, command, environment
from tests.jobs.nights import exported, night
from tests.jobs.story import land_batches, write_rules
from tests.jobs.telling import Story

# Steps of a night by the log line that ends them. The first is tried on every change.
STEPS = {
    "bills": r"bills: .* rows in bill_line",
    "findings": r"audit: .* rows in finding$",
    "ingest": r"b2/setl_d.csv: .* rows read",
    "lines of findings": r"audit: .* rows in finding_detl",
    "cases": r"cases: .* ranked",
}
KILLED_AT = [pytest.param(step, marks=() if step == "bills" else pytest.mark.long) for step in STEPS]


def killed_at(folder: Path, last_line: str) -> None:
    """A night whose whole process group is killed when it has logged ``last_line``."""
    process = subprocess.Popen(  # noqa: S603 - this interpreter, words of the tests
        command(arguments(folder, "2025-03")), cwd=ROOT, env=environment(),
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if re.search(last_line, line.rstrip()):
            break
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait(timeout=60) == -signal.SIGKILL, "".join(said)
    process.stderr.close()


@pytest.mark.parametrize("step", KILLED_AT)
def test_a_killed_night_changes_nothing_and_the_next_makes_good(story: Story, tmp_path: Path, step: str) -> None:
    shutil.copytree(story.folder / "lake-of-february", tmp_path / "lake")
    landing, rules = land_batches(tmp_path / "landing", "b1", "b2"), write_rules(tmp_path / "rules")

    killed_at(tmp_path, STEPS[step])

    assert exported(tmp_path, "finding", "refuse_list") == {
        name: story.tables["first"][name] for name in ("finding", "refuse_list")
    }
    night(tmp_path, landing, rules, "2025-03")
    assert exported(tmp_path) == story.tables["later"]
