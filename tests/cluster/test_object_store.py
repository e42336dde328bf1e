"""Nights whose lake lies on an object store publish what nights in a folder do, also after one was killed."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lake.object_lock import holder
from lake.pins import pins_of
from lake.places import place
from lake.startup import check_lake
from tests.cluster.store import Store, object_store
from tests.jobs.commands import ROOT, command, environment, run
from tests.jobs.nights import exported, night
from tests.jobs.story import OVERRIDES, land_batches, write_rules

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JARS = ROOT / "jars" / "s3"
TABLES = ("finding", "finding_detl", "refuse_list", "case_list")
# The second night is stopped here: bills are ahead of what is published.
AT = " INFO judging "


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    if not list(JARS.glob("hadoop-aws-*.jar")):
        pytest.skip("the jars for an object store are not here: make jars-s3")
    with object_store() as served:
        for name, value in served.variables.items():
            monkeypatch.setenv(name, value)
        yield served


@pytest.mark.long
def test_nights_on_an_object_store(spark: SparkSession, store: Store, tmp_path: Path) -> None:
    here, lake = tmp_path / "here", store.lake("lake")
    landing, rules = land_batches(tmp_path / "landing", "b1"), write_rules(tmp_path / "rules")
    february, march = (words(landing, rules, lake, month) for month in ("2025-02", "2025-03"))

    night(here, landing, rules, "2025-02")
    assert answer(february) == (0, [])
    assert read(lake, tmp_path, "finding") == exported(here, "finding")

    land_batches(landing, "b2")
    night(here, landing, rules, "2025-03")
    killed = begun(march)
    # Held where it is, so that it is at work for as long as another one asks.
    os.killpg(killed.pid, signal.SIGSTOP)
    code, said = answer(march)
    assert (code, len(said)) == (4, 1)
    assert f"another writer is at work on {lake}: process {killed.pid} of " in said[0]
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert list(pins_of(place(lake)).publications) == [1]
    check_lake(place(lake))

    # What driver and executors hand each other goes over the store too: all rules are then planned by Spark itself.
    shared = ["--set", "audit.engine=spark", "--set", f"spark.shared_dir={store.lake('shared')}"]
    assert answer([*march, *shared]) == (0, [])
    assert read(lake, tmp_path, *TABLES) == exported(here, *TABLES)
    assert holder(place(lake)) is None
    checked = run(["fsck", "--lake", lake])
    assert (checked.returncode, checked.stderr) == (0, "")
    cases = run(["cases", "export", "--lake", lake, "--month", "2025-03", "--out", str(tmp_path / "cases.xlsx")])
    assert cases.stdout.startswith("2 cases in "), cases.stderr


def words(landing: Path, rules: Path, lake: str, month: str) -> list[str]:
    """`nightly` of the story's month."""
    options = ["--landing", str(landing), "--rules", str(rules), "--lake", lake]
    settings = [text for setting in OVERRIDES for text in ("--set", setting)]
    return ["nightly", *options, "--month", month, "--date", "2025-04-01", *settings]


def answer(said: list[str]) -> tuple[int, list[str]]:
    """Exit code of the command, and its one line if it failed."""
    answered = run(said)
    return answered.returncode, [line for line in answered.stderr.splitlines() if line.startswith(("fundguard: ", "Traceback"))]


def begun(said: list[str]) -> subprocess.Popen[str]:
    """A night in a group of its own that has come to judge, still at work."""
    process = subprocess.Popen(  # noqa: S603 - this interpreter, words of the tests
        command(said), cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if AT in line:
            return process
    raise AssertionError("".join(lines))


def read(lake: str, folder: Path, *tables: str) -> dict[str, str]:
    """The published tables as `fundguard export` writes them."""
    texts = {}
    for table in tables:
        out = folder / f"{table}.csv"
        exporting = run(["export", "--lake", lake, "--table", table, "--out", str(out)])
        assert exporting.returncode == 0, exporting.stderr
        texts[table] = out.read_text(encoding="utf-8")
    return texts
