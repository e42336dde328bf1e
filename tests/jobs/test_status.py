"""What `fundguard status` makes of the records of runs: table, page, metrics. Without Spark."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from rich.console import Console

from jobs.status.metrics import metrics_text
from jobs.status.page import write_page
from jobs.status.table import status_table
from lake.runs import RunRecord, Step, write_record
from tests.jobs.commands import ROOT, run


def record(job: str, day: int, **facts: object) -> RunRecord:
    """A run at two o'clock of that day of April, whose process is gone."""
    own = {"host": "h", "pid": 1, "process": "p", "code_version": "c0de", "business_date": f"2025-04-{day:02d}"}
    name = f"202504{day:02d}T020000-{job}"
    return RunRecord(run_id=name, job=job, started=f"2025-04-{day:02d}T02:00:00.000+08:00", **{**own, **facts})  # type: ignore[arg-type]


ENDED = {"ended": "2025-04-09T03:00:00.000+08:00", "seconds": 3600.0}
PUBLISHED = {
    "read": 17_000, "kept": 16_000, "rejected": 900, "repeated": 100, "gate": "passed", "gate_checks": 133, "publication": 7,
    "published": True, "findings": 1_204, "vola_amt": "99000.00", "fund_amt": "81234.50", "refused_amt": "4000.00", "cases": 310,
    "exit_code": 0,
}  # fmt: skip
STEPS = [Step("load", "2025-04-01T02:00:00.000+08:00", 3000.0), Step("judge", "2025-04-01T02:50:00.000+08:00", 600.0)]
RUNS = (
    record("nightly", 1, **ENDED, **PUBLISHED, steps=STEPS),
    record("waivers import", 2, **ENDED, exit_code=0),
    record(
        "nightly", 3, **ENDED, read=10, kept=9, rejected=1, repeated=0, gate="refused", gate_checks=90, gate_refusals=2,
        exit_code=3, line="gate: b2 setl_d.sums [b]: <9 of 10 rows>", model="none, by rules",
    ),
    record("audit", 4, steps=[Step("judge", "2025-04-04T02:00:00.000+08:00")], host="elsewhere"),
)  # fmt: skip


def test_the_table_has_a_row_for_each_run() -> None:
    screen = io.StringIO()
    Console(file=screen, width=240).print(status_table(RUNS))

    rows = [re.split(r"  +", line.strip()) for line in screen.getvalue().splitlines()]
    assert rows == [
        ["started", "job", "date", "state", "read", "kept", "rejected", "findings", "yuan", "seconds", "gate", "model",
         "publication", "what it said"],
        ["2025-04-01 02:00", "nightly", "2025-04-01", "done", "17,000", "16,000", "900", "1,204", "81,234.50", "3,600",
         "passed", "none", "7"],
        ["2025-04-02 02:00", "waivers import", "2025-04-02", "done", "3,600", "none"],
        ["2025-04-03 02:00", "nightly", "2025-04-03", "refused", "10", "9", "1", "3,600", "refused (2 of 90)", "none, by rules",
         "exit 3: gate: b2 setl_d.sums [b]: <9 of 10 rows>"],
        ["2025-04-04 02:00", "audit", "2025-04-04", "running", "none", "at judge"],
    ]  # fmt: skip


def test_the_metrics_are_openmetrics_and_say_what_the_last_runs_came_to() -> None:
    families = text_string_to_metric_families(metrics_text(RUNS))

    found = {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}
    two_o_clock, three_o_clock = 1743530400.0 + 86400, 1744138800.0  # in Shanghai, of the 3rd and of the 9th
    expected = {
        ("fundguard_last_run_started_timestamp_seconds", "nightly"): two_o_clock,
        ("fundguard_last_success_timestamp_seconds", "nightly"): three_o_clock,
        ("fundguard_last_run_seconds", "nightly"): 3600,
        ("fundguard_last_run_exit_code", "nightly"): 3,
        ("fundguard_last_run_exit_code", "waivers import"): 0,
        ("fundguard_last_run_gate_refusals", "nightly"): 2,
        ("fundguard_last_run_state", "refused", "nightly"): 1,
        ("fundguard_last_run_state", "done", "nightly"): 0,
        ("fundguard_last_run_state", "running", "audit"): 1,
        ("fundguard_last_run_rows", "nightly", "read"): 10,
        ("fundguard_last_run_rows", "nightly", "rejected"): 1,
        ("fundguard_last_run_step_seconds", "audit", "judge"): 0,
        ("fundguard_recorded_runs", "nightly", "done"): 1,
        ("fundguard_recorded_runs", "nightly", "refused"): 1,
        ("fundguard_publication_id",): 7,
        ("fundguard_published_findings",): 1204,
        ("fundguard_published_yuan", "fund_amt"): 81234.5,
    }
    assert {key: found.get(key) for key in expected} == expected
    # A run that is not over has neither seconds nor exit code.
    assert ("fundguard_last_run_seconds", "audit") not in found
    assert ("fundguard_last_run_exit_code", "audit") not in found


def test_the_alarms_of_the_runbook_ask_for_metrics_and_labels_that_there_are() -> None:
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    rules = [line.split(" | ")[1] for line in runbook.partition("| alarm | rule |")[2].partition("\n\n")[0].splitlines()[2:]]
    asked = re.findall(r"(fundguard_[a-z_]+)(?:\{([a-z_]+)=\"([a-z ]+)\"(?:,([a-z_]+)=\"([a-z ]+)\")?\})?", "\n".join(rules))
    samples = [sample for family in text_string_to_metric_families(metrics_text(RUNS)) for sample in family.samples]

    assert len(asked) >= 6
    for name, *labels in asked:
        wanted = dict(pair for pair in zip(labels[::2], labels[1::2], strict=True) if pair[0])
        assert [s for s in samples if s.name == name and wanted.items() <= s.labels.items()], (name, wanted)


def test_a_lake_without_runs_has_metrics_too() -> None:
    assert metrics_text([]).endswith("# EOF\n")


def test_the_page_stands_alone_and_repeats_no_markup(tmp_path: Path) -> None:
    for _ in range(2):
        write_page(RUNS, 10, tmp_path / "status.html")

    page = (tmp_path / "status.html").read_text(encoding="utf-8")
    assert not re.search(r"https?://|<script|<link|src=", page)
    assert "&lt;9 of 10 rows&gt;" in page
    # A bar for each run that has the figure: two of three nights read rows and took seconds, one found something.
    assert [chart.count("<rect ") for chart in page.split("<figure>")[1:]] == [2, 2, 1, 1, 2]
    assert "81,234.50" in page
    assert "waivers import" in page
    assert "当前步骤：稽核" in page
    assert "无，按规则" in page


def test_an_empty_page_says_so(tmp_path: Path) -> None:
    write_page([], 10, tmp_path / "status.html")
    assert "尚无夜间作业的记录" in (tmp_path / "status.html").read_text(encoding="utf-8")


def test_the_command_needs_no_java_and_writes_nothing_to_the_lake(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    for kept in RUNS:
        write_record(lake, kept)
    before = sorted(lake.rglob("*"))

    table = run(["status", "--lake", str(lake), "--last", "2"], JAVA_HOME="/nowhere")
    metrics = run(["status", "--lake", str(lake), "--metrics", "-"], JAVA_HOME="/nowhere")

    assert (table.returncode, table.stderr) == (0, "")
    assert [line.split()[2] for line in table.stdout.splitlines()[1:]] == ["nightly", "audit"]
    assert metrics.stdout == metrics_text(RUNS)
    assert sorted(lake.rglob("*")) == before


@pytest.mark.parametrize(("made", "said"), [(True, "{lake}: no run is on record yet\n"), (False, "")])
def test_a_lake_without_runs_or_none_at_all_is_said(tmp_path: Path, made: bool, said: str) -> None:
    lake = tmp_path / "lake"
    if made:
        lake.mkdir()
    done = run(["status", "--lake", str(lake)])
    assert (done.returncode, done.stdout) == (0 if made else 2, said.format(lake=lake))
    assert made or done.stderr == f"fundguard: {lake}: no lake there\n"
