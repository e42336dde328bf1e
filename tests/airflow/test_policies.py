"""Every DAG imports, says what it is, and is held to the same rules."""

from __future__ import annotations

import ast
import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.sdk import DAG, CronDataIntervalTimetable, DeadlineReference

from tests.airflow.conftest import ROOT

FOLDER = ROOT / "airflow_dags"
NAMES = ("maintenance", "monthly_features_and_retraining", "nightly_audit", "rulebook_refresh")
POOLS = json.loads((FOLDER / "pools.json").read_text(encoding="utf-8"))
# What reaches out of the process, as Python reports it to an audit hook.
REACHES_OUT = {"sqlite3.connect", "socket.connect", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"}


def test_these_dags_are_there(dags: dict[str, DAG]) -> None:
    assert sorted(dags) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_dag_says_what_it_is_and_surprises_nobody(dags: dict[str, DAG], name: str) -> None:
    dag = dags[name]
    assert dag.doc_md
    assert "When a task fails" in dag.doc_md
    assert "fundguard" in dag.tags
    assert (dag.catchup, dag.max_active_runs) == (False, 1)
    assert isinstance(dag.timetable, CronDataIntervalTimetable)
    assert dag.start_date.tzinfo is not None
    assert str(dag.timetable.timezone) == "Asia/Shanghai"
    (late,) = dag.deadline
    # Airflow 3.3.2 cannot clear a task of a DAG whose deadline is counted from when the run was queued.
    assert late.reference == DeadlineReference.DAGRUN_LOGICAL_DATE
    assert late.callback.path == "fundguard_airflow.alerts.run_is_late"
    assert all(param.schema.get("type") and param.description for param in map(dag.params.get_param, dag.params))


@pytest.mark.parametrize("name", NAMES)
def test_a_task_has_an_owner_and_one_writer_runs(dags: dict[str, DAG], name: str) -> None:
    from fundguard_airflow.command import FundguardCommand

    commands = [task for task in dags[name].tasks if isinstance(task, FundguardCommand) and task.task_id != "report"]
    assert commands
    for task in commands:
        assert task.owner == "fundguard"
        assert POOLS[task.pool]["slots"] == 1
        assert (task.retries, task.retry_exponential_backoff, task.retry_delay) == (3, True, timedelta(minutes=5))
        assert task.on_failure_callback


@pytest.mark.parametrize("name", NAMES)
def test_a_report_comes_last_whatever_happened(dags: dict[str, DAG], name: str) -> None:
    (last,) = dags[name].leaves
    assert (last.task_id, last.trigger_rule, last.retries) == ("report", "all_done", 0)


@pytest.mark.parametrize("name", NAMES)
def test_a_dag_file_is_short_and_imports_airflow_alone(name: str) -> None:
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 80
    assert imported(text) <= {"airflow", "fundguard_airflow", "pendulum"}


def test_what_dags_share_imports_airflow_alone() -> None:
    allowed = {"airflow", "fundguard_airflow", *sys.stdlib_module_names}
    for file in sorted((FOLDER / "fundguard_airflow").glob("*.py")):
        assert imported(file.read_text(encoding="utf-8")) <= allowed, file.name


def imported(text: str) -> set[str]:
    """The top-level packages that a file imports."""
    nodes = list(ast.walk(ast.parse(text)))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    chosen = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in plain | chosen}


def test_nothing_is_asked_or_started_when_a_dag_is_parsed(dags: dict[str, DAG]) -> None:
    """Parsed once before, so that Airflow's own lazy imports are done."""
    from airflow.dag_processing.dagbag import DagBag

    seen: list[str] = []
    watching = True
    sys.addaudithook(lambda event, _: seen.append(event) if watching and event in REACHES_OUT else None)
    bag = DagBag(Path(FOLDER))
    watching = False
    assert sorted(bag.dags) == sorted(dags)
    assert seen == []


def test_every_command_is_one_that_the_product_has(dags: dict[str, DAG]) -> None:
    """Asked of the product's own environment; a command that is not there ends with code 2."""
    import subprocess

    from fundguard_airflow.command import FundguardCommand

    tasks = [task for dag in dags.values() for task in dag.tasks if isinstance(task, FundguardCommand)]
    assert tasks
    for called in sorted({name_of(task.words) for task in tasks}):
        done = subprocess.run([ROOT / ".venv/bin/fundguard", *called, "--help"], capture_output=True, text=True, check=False)  # noqa: S603
        assert done.returncode == 0, (called, done.stderr)
        options = {word for task in tasks if name_of(task.words) == called for word in task.words if word.startswith("--")}
        assert [option for option in sorted(options) if option not in done.stdout] == []


def name_of(words: list[str]) -> tuple[str, ...]:
    """The subcommand: the words before the first option or value."""
    groups = {"access", "cases", "models", "rules"}
    return tuple(words[: 2 if words[0] in groups else 1])
