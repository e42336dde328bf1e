"""A night on a standalone cluster publishes what one machine alone does."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lake.startup import check_lake
from tests.cluster.nights import SAME_RESULT, Site, few_rows, given, run_night, settings_for, words
from tests.cluster.standalone import PATIENCE, standalone_cluster
from tests.jobs.commands import ROOT, command, environment
from tests.jobs.nights import exported

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PAGE = ROOT / "docs" / "cluster.md"
# Said when the bills lie in buckets of persons and the tasks that judge them are about to start.
TASKS_START = r"audit: \d+ relations of 4 person buckets"


@pytest.fixture(scope="module")
def site(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return few_rows(tmp_path_factory.mktemp("here"))


@pytest.mark.long
def test_a_worker_killed_during_the_audit_changes_nothing(site: Site, tmp_path: Path) -> None:
    with standalone_cluster(tmp_path / "cluster") as cluster:
        night = command(words(site, str(tmp_path / "lake"), settings_for(cluster, tmp_path)))

        def kill_at_work() -> None:
            wait_for_tasks(tmp_path / "shared")
            cluster.kill_worker()

        run_night(night, TASKS_START, kill_at_work, FUNDGUARD_ENV="cluster")

    check_lake(tmp_path / "lake")
    assert exported(tmp_path) == site.published
    # V29 was judged by Spark itself, the others in the tasks.
    assert sorted(row.split(",")[3] for row in site.published["finding"].splitlines()[1:]) == ["S01", "V02", "V29"]
    assert lost(tmp_path / "events")["ExecutorLostFailure"] > 0


@pytest.mark.long
def test_a_night_submitted_with_an_archive_as_the_page_says(site: Site, tmp_path: Path) -> None:
    archive, submit = lines_of_the_page()
    out = tmp_path / "out"
    out.mkdir()
    subprocess.run(["bash", "-euc", archive], cwd=ROOT, env=environment(OUT=str(out)), check=True)  # noqa: S603, S607 - the page's
    with standalone_cluster(tmp_path / "cluster") as cluster:
        settings = " ".join(given((*SAME_RESULT, *settings_for(cluster, tmp_path))))
        variables = {
            "OUT": out, "MASTER": cluster.master, "SHARED": tmp_path / "shared", "LAKE": tmp_path / "lake",
            "LANDING": site.landing, "RULES": site.rules, "SETTINGS": settings,
        }  # fmt: skip
        run_night(["bash", "-euc", submit], **{name: str(value) for name, value in variables.items()})
        unpacked = list((tmp_path / "cluster").glob("worker-*/work/*/*/environment/bin/python"))

    check_lake(tmp_path / "lake")
    assert exported(tmp_path) == site.published
    assert len(unpacked) == 2


def wait_for_tasks(shared: Path) -> None:
    """Until the first task that judges a bucket writes; with as many tasks as buckets, each executor is at one."""
    end = time.monotonic() + PATIENCE
    while not list(shared.glob("fundguard-run-*/audit/tasks-*/hits/_temporary/0/_temporary/attempt_*")):
        assert time.monotonic() < end, "no task judges"
        time.sleep(0.05)


def lines_of_the_page() -> list[str]:
    """The commands of docs/cluster.md that are run here as they stand: the archive's, and spark-submit's."""
    return re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def lost(events: Path) -> Counter[str]:
    """Why tasks failed, by the event log of the one job."""
    (log,) = events.iterdir()
    ended = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if '"SparkListenerTaskEnd"' in line]
    return Counter(event["Task End Reason"]["Reason"] for event in ended)
