"""Records of runs: whole or not there, in their order, and what they say of a run that never ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from lake.runs import FOLDER, RunRecord, Step, old_run_files, process_mark, read_records, write_record


def record(run_id: str, started: str = "2025-04-01T02:00:00.000+08:00", **facts: object) -> RunRecord:
    """A run of this process that is at work, but for ``facts``."""
    own = {"host": socket.gethostname(), "pid": os.getpid(), "process": process_mark(os.getpid()), "code_version": "c0de"}
    return RunRecord(run_id=run_id, job="nightly", started=started, **{**own, **facts})  # type: ignore[arg-type]


def test_records_come_back_as_they_were_written_oldest_first(tmp_path: Path) -> None:
    steps = [Step("load", "2025-04-02T02:00:00.000+08:00", 1.5), Step("judge", "2025-04-02T02:00:01.500+08:00")]
    later = record("b", "2025-04-02T02:00:00.000+08:00", steps=steps, read=17, kept=16, rejected=1, repeated=0)
    earlier = record("a", months=["2025-03"], line="setl_d: no such file", exit_code=2)
    for run in (later, earlier, later):
        write_record(tmp_path, run)

    assert read_records(tmp_path) == [earlier, later]


def test_what_is_no_record_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_record(tmp_path, record("a"))
    (tmp_path / FOLDER / ".b.partial").write_text("{", encoding="utf-8")  # of a run that was killed while it wrote
    (tmp_path / FOLDER / "c.json").write_text('{"run_id": "c"', encoding="utf-8")

    assert [run.run_id for run in read_records(tmp_path)] == ["a"]
    assert caplog.messages == ["_runs/c.json is no record of a run; left out"]


def test_records_and_logs_of_old_runs_go_but_for_what_is_at_work_and_the_last_that_succeeded(tmp_path: Path) -> None:
    ended = {"ended": ENDED, "exit_code": 0}
    runs = [
        record("20230101T020000-nightly-a", "2023-01-01T02:00:00.000+08:00", **ended),
        record("20230102T020000-nightly-b", "2023-01-02T02:00:00.000+08:00", **ended),  # the last that succeeded
        record("20230103T020000-nightly-c", "2023-01-03T02:00:00.000+08:00", ended=ENDED, exit_code=5),
        record("20230104T020000-nightly-d", "2023-01-04T02:00:00.000+08:00"),  # at work since
        record("20250101T020000-nightly-e", "2025-01-01T02:00:00.000+08:00", ended=ENDED, exit_code=5),
    ]
    for run in runs:
        write_record(tmp_path, run)
        (tmp_path / FOLDER / f"{run.run_id}.jsonl").touch()
    (tmp_path / FOLDER / "20230101T030000-nightly-f.jsonl").touch()  # its record is gone

    files = old_run_files(tmp_path, date(2025, 1, 1))

    gone = ("20230101T020000-nightly-a", "20230101T030000-nightly-f", "20230103T020000-nightly-c")
    assert {file.stem for file in files} == set(gone)
    assert len(files) == 5


def test_a_lake_without_runs_has_none(tmp_path: Path) -> None:
    assert read_records(tmp_path / "no-lake") == []


ENDED = "2025-04-01T02:10:00.000+08:00"
STATES = {
    "running": {},
    "done": {"ended": ENDED, "exit_code": 0, "publication": 3, "published": True},
    "nothing to do": {"ended": ENDED, "exit_code": 0, "publication": 3},
    "refused": {"ended": ENDED, "exit_code": 3},
    "failed": {"ended": ENDED, "exit_code": 5},
}


@pytest.mark.parametrize("state", STATES)
def test_a_run_says_its_state(state: str) -> None:
    assert record("a", **STATES[state]).state == state


def test_a_run_whose_process_is_gone_was_killed() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    run = record("a", pid=process.pid, process=process_mark(process.pid))
    assert run.state == "running"

    process.kill()
    process.communicate()

    assert run.state == "killed"


def test_another_process_under_the_number_of_a_killed_one_is_not_taken_for_it() -> None:
    assert record("a", process="another boot:17").state == "killed"


def test_a_run_on_another_machine_is_not_judged_by_this_one_s_processes() -> None:
    assert record("a", host="elsewhere", pid=1, process="another boot:17").state == "running"
