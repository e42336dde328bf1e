"""The last task of a run: what became of each task, and with that what becomes of the run."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowFailException

from fundguard_airflow.command import FundguardCommand
from fundguard_airflow.policy import LAKE, OUT
from fundguard_airflow.reasons import reason_of, states

WELL = {"success", "skipped"}


class Report(FundguardCommand):
    """Writes the page of the last nights, lists the tasks with their states and reasons, and fails if one of them failed.

    A run is judged by its last tasks alone, and those behind a failure are skipped: without this the run would be green.
    """

    ui_color = "#eeeeee"

    def __init__(self, **kwargs: Any) -> None:
        words = ["status", "--lake", LAKE, "--html", f"{OUT}/status.html"]
        # It writes no lake, and the task that failed has raised the alarm.
        quiet = {"pool": "default_pool", "retries": 0, "on_failure_callback": None}
        super().__init__(words=words, takes_settings=False, **quiet, **kwargs)

    def execute(self, context: Context) -> dict[str, str]:
        """The state and reason of every other task."""
        self.run_command(context)
        found = {task: state for task, state in states(context).items() if task != self.task_id}
        lines = {
            task: "success" if state == "success" else f"{state}: {reason_of(context, task, state)}"
            for task, state in found.items()
        }
        for task, line in lines.items():
            self.log.info("%s: %s", task, line)
        failed = [task for task, state in found.items() if state not in WELL]
        if failed:
            raise AirflowFailException("; ".join(reason_of(context, task, found[task]) for task in sorted(failed)))
        return lines
