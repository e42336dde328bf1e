"""The record and the log that every writing command keeps, without Spark."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from jobs.run import note, note_publication, now_at, recorded
from lake.errors import BadInput, GateRefused
from lake.publications import Publication
from lake.runs import FOLDER, RunRecord, read_records

DAY = date(2025, 4, 1)
PUBLISHED = Publication(
    publication_id=4, business_date=DAY, month="2025-03", judged_months=["2025-03"], rulebook_ver="r", settings_digest="s",
    code_version="c", versions={}, contents={
        "finding": {"rows": 3, "vola_amt": "450.00", "fund_amt": "321.00"},
        "refuse_list": {"rows": 2, "vola_amt": "50.00", "fund_amt": "23.00"},
        "case_list": {"rows": 2},
    },
)  # fmt: skip


def only(lake: Path) -> RunRecord:
    """The one record there is."""
    (found,) = read_records(lake)
    return found


def log_of(lake: Path) -> list[dict[str, object]]:
    (file,) = (lake / FOLDER).glob("*.jsonl")
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_run_keeps_what_an_operator_asks_of_it(tmp_path: Path) -> None:
    with recorded(tmp_path, "nightly", DAY, ["2025-03"]):
        now_at("load")
        note(read=17, kept=15, rejected=1, repeated=1)
        now_at("publish")
        note(gate="passed", gate_checks=90)
        note_publication(PUBLISHED, is_new=True)

    run = only(tmp_path)
    assert (run.job, run.business_date, run.months, run.state) == ("nightly", "2025-04-01", ["2025-03"], "done")
    assert (run.read, run.kept, run.rejected, run.repeated) == (17, 15, 1, 1)
    assert (run.gate, run.gate_checks, run.model) == ("passed", 90, "none")
    assert (run.publication, run.findings, run.vola_amt, run.fund_amt, run.refused_amt, run.cases) == (
        4, 3, "450.00", "321.00", "23.00", 2,
    )  # fmt: skip
    assert (run.exit_code, run.line) == (0, "")
    assert [step.name for step in run.steps] == ["load", "publish"]
    taken = [step.seconds for step in run.steps if step.seconds is not None]
    assert len(taken) == 2
    assert run.seconds is not None
    assert sum(taken) <= run.seconds + 0.01


REPORTED = "in the log of whoever started the command"
FAILURES: dict[str, tuple[BaseException, int, str, str | None]] = {
    "wrong input": (BadInput("b1/psn_d.csv: is not UTF-8"), 2, "b1/psn_d.csv: is not UTF-8", None),
    # The other lines, and the report's place, are in the log.
    "a refused gate": (GateRefused("gate: b1 sums: 9 of 10\ngate: nothing is published"), 3, "gate: b1 sums: 9 of 10", "refused"),
    "a full disk": (OSError(28, "No space", "/lake"), 5, "/lake: no space is left there; make room and run again", None),
    "a stop": (SystemExit(5), 5, "stopped by SIGTERM", None),
    "Ctrl-C": (KeyboardInterrupt(), 130, "stopped by the keyboard", None),
    # A bug's text may repeat a row: only its kind is kept.
    "a bug": (ValueError("psn_no 310101199001011234"), 1, f"ValueError: a bug, its traceback is {REPORTED}", None),
}


def fails_while_judging(lake: Path, error: BaseException) -> None:
    with recorded(lake, "audit"):
        now_at("judge")
        raise error


@pytest.mark.parametrize("name", FAILURES)
def test_a_run_that_fails_keeps_its_exit_code_and_line(tmp_path: Path, name: str) -> None:
    error, code, line, gate = FAILURES[name]
    with pytest.raises(type(error)):
        fails_while_judging(tmp_path, error)

    run = only(tmp_path)
    assert (run.exit_code, run.line, run.gate, run.steps[-1].name) == (code, line, gate, "judge")
    assert run.ended


def test_a_run_at_work_shows_its_step(tmp_path: Path) -> None:
    with recorded(tmp_path, "nightly"):
        now_at("load")
        now_at("judge")
        at_work = only(tmp_path)

    assert (at_work.state, [step.name for step in at_work.steps], at_work.steps[-1].seconds) == (
        "running",
        ["load", "judge"],
        None,
    )


def test_every_log_line_names_its_run_job_step_and_seconds(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    log = logging.getLogger("fundguard.test")
    with recorded(tmp_path, "nightly"):
        now_at("publish")
        note_publication(PUBLISHED, is_new=True)
        log.warning("%s rows", "1,204")
        try:
            raise ValueError("psn_no 310101199001011234")
        except ValueError:
            log.exception("a value")
    log.warning("not of the run")

    began, warned, failed, ended = log_of(tmp_path)
    run_id = only(tmp_path).run_id
    assert warned.items() >= {
        "level": "WARNING", "logger": "fundguard.test", "message": "1,204 rows", "run_id": run_id, "job": "nightly",
        "step": "publish", "publication": 4,
    }.items()  # fmt: skip
    assert isinstance(warned["seconds"], float)
    assert began["message"] == f"run {run_id}"
    assert str(ended["message"]).startswith(f"run {run_id} ended with exit code 0")
    assert failed["exception"] == "ValueError"
    assert "310101199001011234" not in str(failed)


def test_a_fact_that_no_record_has_is_a_bug(tmp_path: Path) -> None:
    with pytest.raises(AttributeError, match="a run keeps no colour"), recorded(tmp_path, "nightly"):
        note(colour="red")


def test_nothing_is_kept_without_a_run() -> None:
    now_at("load")
    note(read=1)
    note_publication(replace(PUBLISHED, publication_id=5), is_new=True)
