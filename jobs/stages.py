"""What each stage of a job cost, read from Spark's event log: which step of the run, which table, tasks, time, spill, shuffle."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from lake.errors import BadInput
from lake.runs import RunRecord, Step

MILLISECOND, NANOSECOND, MB = 1e-3, 1e-9, 1e6
# What a stage adds up over its tasks, by the names that Spark gives it.
METRICS = {
    "internal.metrics.executorRunTime": "run",
    "internal.metrics.executorCpuTime": "cpu",
    "internal.metrics.jvmGCTime": "gc",
    "internal.metrics.diskBytesSpilled": "spilled",
    "internal.metrics.input.bytesRead": "input",
    "internal.metrics.shuffle.read.localBytesRead": "shuffle_read",
    "internal.metrics.shuffle.read.remoteBytesRead": "shuffle_read",
    "internal.metrics.shuffle.write.bytesWritten": "shuffle_written",
    "internal.metrics.peakExecutionMemory": "memory",
}


@dataclass
class Stage:
    """One attempt of a stage. Times are seconds since 1970; ``sums`` has Spark's units: run and gc ms, cpu ns, bytes."""

    number: int
    what: str
    tasks: int
    began: float
    ended: float
    slowest: float = 0.0
    sums: dict[str, int] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        return self.ended - self.began


def read_stages(log: Path) -> list[Stage]:
    """The stages that the event log says were completed, in the order in which they began; BadInput if it is no event log."""
    descriptions: dict[int, str] = {}
    slowest: dict[tuple[int, int], float] = {}
    stages = []
    for event in _events(log):
        kind = event.get("Event")
        if kind == "SparkListenerStageSubmitted":
            said = (event.get("Properties") or {}).get("spark.job.description")
            descriptions[event["Stage Info"]["Stage ID"]] = said or event["Stage Info"]["Stage Name"]
        elif kind == "SparkListenerTaskEnd":
            key, info = (event["Stage ID"], event["Stage Attempt ID"]), event["Task Info"]
            slowest[key] = max(slowest.get(key, 0.0), (info["Finish Time"] - info["Launch Time"]) * MILLISECOND)
        elif kind == "SparkListenerStageCompleted" and "Submission Time" in event["Stage Info"]:
            stages.append(_stage(event["Stage Info"], descriptions, slowest))
    return sorted(stages, key=lambda stage: (stage.began, stage.number))


def _events(log: Path) -> Iterator[dict[str, Any]]:
    try:
        with log.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    yield json.loads(line)
                except ValueError:
                    if number == 1:
                        raise
                    return  # a job that is at work, or was killed, leaves its last line cut off
    except (OSError, ValueError):
        raise BadInput(f"{log}: no event log of Spark (spark.event_log in conf/ names the folder that gets them)") from None


def _stage(info: dict[str, Any], descriptions: dict[int, str], slowest: dict[tuple[int, int], float]) -> Stage:
    sums: dict[str, int] = {}
    for metric in info.get("Accumulables", ()):
        if metric.get("Name") in METRICS:
            name = METRICS[metric["Name"]]
            sums[name] = sums.get(name, 0) + int(metric["Value"])
    number = info["Stage ID"]
    return Stage(
        number,
        descriptions.get(number, info["Stage Name"]),
        info["Number of Tasks"],
        info["Submission Time"] * MILLISECOND,
        info.get("Completion Time", info["Submission Time"]) * MILLISECOND,
        slowest.get((number, info.get("Stage Attempt ID", 0)), 0.0),
        sums,
    )


def run_of(stages: Sequence[Stage], runs: Sequence[RunRecord]) -> RunRecord | None:
    """The run in which the first stage began; None if none is on record."""
    if not stages:
        return None
    within = [
        run for run in runs if _time(run.started) <= stages[0].began and (not run.ended or stages[0].began <= _time(run.ended))
    ]
    return within[-1] if within else None


def step_at(run: RunRecord | None, moment: float) -> str:
    """The step at which the run was then; empty without one."""
    steps: Sequence[Step] = run.steps if run else ()
    return next((step.name for step in reversed(steps) if _time(step.started) <= moment), "")


def stage_table(stages: Sequence[Stage], run: RunRecord | None, shown: int) -> Table:
    """The ``shown`` stages that took longest, longest first, and a last row with the sums of all."""
    longest = sorted(stages, key=lambda stage: (-stage.seconds, stage.number))[:shown]
    title = f"{len(stages)} stages" + (f" of run {run.run_id}" if run else "")
    table = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
    for heading in ("stage", "step", "what"):
        table.add_column(heading, no_wrap=heading != "what")
    for heading in ("tasks", "seconds", "task s", "slowest", "cpu s", "gc s", "input MB", "shuffle MB", "spilled MB", "peak MB"):
        table.add_column(heading, justify="right", no_wrap=True)
    for stage in longest:
        table.add_row(str(stage.number), step_at(run, stage.began), stage.what, *_figures([stage]))
    table.add_section()
    table.add_row("all", "", "", *_figures(stages))
    return table


def _figures(stages: Sequence[Stage]) -> list[str]:
    def total(*names: str) -> int:
        return sum(stage.sums.get(name, 0) for stage in stages for name in names)

    peak = max((stage.sums.get("memory", 0) for stage in stages), default=0)
    return [
        f"{sum(stage.tasks for stage in stages):,}",
        *(f"{seconds:,.1f}" for seconds in (
            sum(stage.seconds for stage in stages),
            total("run") * MILLISECOND,
            max((stage.slowest for stage in stages), default=0.0),
            total("cpu") * NANOSECOND,
            total("gc") * MILLISECOND,
        )),
        *(f"{size / MB:,.1f}" for size in (total("input"), total("shuffle_read", "shuffle_written"), total("spilled"), peak)),
    ]  # fmt: skip


def _time(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
