"""What `fundguard stages` reads in an event log: Spark's own, and one written by hand."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from jobs.stages import Stage, read_stages, run_of, step_at
from lake.runs import RunRecord, Step
from lake.session import ZONE
from tests.jobs.commands import run

TWO = datetime(2025, 4, 1, 2, tzinfo=ZoneInfo(ZONE)).timestamp()


def event(kind: str, **content: object) -> str:
    return json.dumps({"Event": f"SparkListener{kind}", **content})


def stage_info(number: int, began: float, ended: float, **sums: int) -> dict[str, object]:
    metrics = [{"Name": f"internal.metrics.{name.replace('__', '.')}", "Value": value} for name, value in sums.items()]
    times = {"Submission Time": int((TWO + began) * 1000), "Completion Time": int((TWO + ended) * 1000)}
    return {
        "Stage ID": number,
        "Stage Attempt ID": 0,
        "Stage Name": "save at X",
        "Number of Tasks": 2,
        "Accumulables": metrics,
    } | times


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Two stages of a night that was killed while Spark wrote a line."""
    path = tmp_path / "local-1743444000000"
    task = {"Launch Time": 1000, "Finish Time": 9500}
    lines = [
        event(
            "StageSubmitted",
            **{
                "Stage Info": {"Stage ID": 4, "Stage Name": "save at X"},
                "Properties": {"spark.job.description": "write finding"},
            },
        ),
        event("StageSubmitted", **{"Stage Info": {"Stage ID": 3, "Stage Name": "count at Y"}, "Properties": {}}),
        event("TaskEnd", **{"Stage ID": 4, "Stage Attempt ID": 0, "Task Info": task}),
        event(
            "StageCompleted",
            **{
                "Stage Info": stage_info(
                    4, 70, 80, executorRunTime=15000, shuffle__read__localBytesRead=5, shuffle__read__remoteBytesRead=7
                )
            },
        ),
        event("StageCompleted", **{"Stage Info": stage_info(3, 10, 12, executorCpuTime=1_000_000_000, diskBytesSpilled=9)}),
        '{"Event": "SparkListenerJobE',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_stages_come_with_what_they_cost(log: Path) -> None:
    assert read_stages(log) == [
        Stage(3, "count at Y", 2, TWO + 10, TWO + 12, 0.0, {"cpu": 1_000_000_000, "spilled": 9}),
        Stage(4, "write finding", 2, TWO + 70, TWO + 80, 8.5, {"run": 15000, "shuffle_read": 12}),
    ]


def test_a_stage_belongs_to_the_step_that_the_run_was_at(log: Path) -> None:
    def record(run_id: str, started: str, ended: str | None) -> RunRecord:
        steps = [Step("load", "2025-04-01T02:00:00.000+08:00"), Step("judge", "2025-04-01T02:01:00.000+08:00")]
        return RunRecord(run_id, "nightly", started, "h", 1, "p", "c", steps=steps, ended=ended)

    before = record("before", "2025-04-01T01:00:00.000+08:00", "2025-04-01T01:30:00.000+08:00")
    night = record("night", "2025-04-01T02:00:00.000+08:00", None)
    stages = read_stages(log)

    assert run_of(stages, [before, night]) is night
    assert [step_at(night, stage.began) for stage in stages] == ["load", "judge"]
    assert run_of(stages, [before]) is None
    assert step_at(None, TWO) == ""


def test_the_command_shows_the_longest_first(log: Path) -> None:
    done = run(["stages", str(log), "--longest", "1"], JAVA_HOME="/nowhere")
    assert done.returncode == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["2", "stages"]
    assert lines[2][:6] == ["4", "write", "finding", "2", "10.0", "15.0"]
    assert lines[-1][:3] == ["all", "4", "12.0"]


def test_what_is_no_event_log_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no log\n", encoding="utf-8")
    for name in ("x", "missing"):
        done = run(["stages", str(tmp_path / name)])
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert f"{tmp_path / name}: no event log of Spark" in done.stderr
