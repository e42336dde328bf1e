"""What a person can get wrong ends with its exit code and one line, before a JVM starts."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lake.commits import commit_file
from tests.ingest.landing import land_bytes
from tests.jobs.commands import ROOT, arguments, environment, run
from tests.jobs.story import land_batches, write_rules
from tests.lake.test_lock import other_writer
from tests.lake.written import WrittenLake

Change = Callable[[Path], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A landing and a rule folder that a night can load."""
    land_batches(tmp_path / "landing", "b1")
    write_rules(tmp_path / "rules")
    return tmp_path


def no_landing(folder: Path) -> None:
    (folder / "landing").rename(folder / "elsewhere")


def no_rules(folder: Path) -> None:
    (folder / "rules").rename(folder / "elsewhere")


def neither_utf8_nor_gb18030(folder: Path) -> None:
    land_bytes(folder / "landing", "b1", "psn_d.csv", b"psn_no\np1\n" + b"\xff\xff\n")


def no_amount(folder: Path) -> None:
    land_bytes(folder / "landing", "b1", "consent_d.csv", b"mdtrt_id,consent_sn\nm0,1\n")


def other_count(folder: Path) -> None:
    land_bytes(folder / "landing", "b1", "manifest.json", b'{"files": {"setl_d.csv": {"rows": 7}}}')


def broken_workbook(folder: Path) -> None:
    (folder / "rules" / "V03.xlsx").write_bytes(b"no workbook")


def no_target_column(folder: Path) -> None:
    (folder / "rules" / "V03.csv").write_text("rule_id,age_min\nR9,3\n", encoding="utf-8")


REFUSED: dict[str, tuple[Change, tuple[str, ...], str]] = {
    "missing landing folder": (no_landing, (), "landing folder .* does not exist"),
    "missing rule folder": (no_rules, (), "rule"),
    "undecodable file": (neither_utf8_nor_gb18030, (), "b1/psn_d.csv"),
    "missing required column": (no_amount, (), "b1/consent_d.csv.*sign_flag"),
    "manifest that disagrees": (other_count, (), "b1/setl_d.csv.*the manifest says 7"),
    "unreadable rule file": (broken_workbook, (), "V03.xlsx"),
    "rule file without its target": (no_target_column, (), "V03.csv: the column med_list_codg is missing"),
    "unknown setting": (lambda _: None, ("audit.speed=9",), "--set: there is no setting 'audit.speed'"),
    "no identity key": (lambda _: None, ("identity.mode=hmac",), "FUNDGUARD_IDENTITY_KEY"),
}


def refusal(words: list[str], no_java: Path) -> tuple[int, list[str]]:
    """Exit code and the lines that are not log lines, of a process that can start no JVM."""
    done = run(words, JAVA_HOME=str(no_java))
    logged = [line for line in done.stderr.splitlines() if " INFO " not in line and " WARNING " not in line]
    return done.returncode, logged


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_with_one_line(folder: Path, name: str) -> None:
    change, overrides, said = REFUSED[name]
    change(folder)

    code, lines = refusal(arguments(folder, "2025-02", *overrides), folder / "no-java")

    assert code == 2, lines
    assert len(lines) == 1
    assert re.search(f"^fundguard: .*{said}", lines[0])


def test_a_month_that_is_none_is_refused(folder: Path) -> None:
    code, lines = refusal(arguments(folder, "2025-13"), folder / "no-java")

    assert (code, lines) == (2, ["fundguard: --month 2025-13: must be a month like 2025-03"])


def test_the_file_that_spark_submit_runs_finds_every_package(tmp_path: Path) -> None:
    # Beside it lie files of the same names as packages, such as jobs/cases.py.
    asked = ["cases", "export", "--lake", str(tmp_path / "none"), "--month", "2025-03", "--out", str(tmp_path / "cases.xlsx")]
    words = [sys.executable, "jobs/__main__.py", *asked]
    done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)  # noqa: S603 - this interpreter

    assert (done.returncode, done.stderr) == (2, f"fundguard: {tmp_path / 'none'}: no lake there\n")


def test_a_busy_lake_is_refused(folder: Path) -> None:
    holder = other_writer(folder / "lake")
    try:
        code, lines = refusal(arguments(folder, "2025-02"), folder / "no-java")
    finally:
        holder.communicate("\n", timeout=20)

    assert (code, lines) == (
        4,
        [f"fundguard: another writer is at work on {folder / 'lake'}; run again when it has ended"],
    )


def test_a_damaged_lake_is_refused(folder: Path) -> None:
    lake = WrittenLake(folder / "lake")
    lake.commit("outcome")
    commit_file(folder / "lake" / "outcome", 0).write_bytes(b"")
    said = "outcome/_delta_log/00000000000000000000.json is empty (zero bytes), its rows would be lost: restore it"

    assert refusal(arguments(folder, "2025-02"), folder / "no-java") == (6, [f"fundguard: {said}"])
    assert refusal(["fsck", "--lake", str(folder / "lake"), "--repair"], folder / "no-java") == (
        6,
        [said, f"fundguard: {folder / 'lake'} is damaged in 1 places"],
    )


def test_nothing_is_published_by_a_refused_night(folder: Path) -> None:
    neither_utf8_nor_gb18030(folder)
    refusal(arguments(folder, "2025-02"), folder / "no-java")

    assert [path.name for path in (folder / "lake").iterdir() if path.is_dir()] == ["_runs"]
