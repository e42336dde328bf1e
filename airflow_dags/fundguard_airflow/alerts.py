"""Who is told, and how: one line to the site's own program, in the Variable `fundguard_alert_command`."""

from __future__ import annotations

import logging
import shlex
import subprocess
from typing import Any

from airflow.sdk import Context, Variable

log = logging.getLogger(__name__)
SECONDS = 60


def send(line: str) -> None:
    """Logs the line and hands it to the site's program as its last word; a program that fails is logged, nothing more."""
    log.error("ALERT %s", line)
    program = shlex.split(Variable.get("fundguard_alert_command", default=""))
    if not program:
        return
    try:
        subprocess.run([*program, line], check=True, timeout=SECONDS)  # noqa: S603 - the site's own program
    except (OSError, subprocess.SubprocessError) as error:
        log.error("the alert was not sent: %s", error)


def task_failed(context: Context) -> None:
    """Tells that a task failed for good."""
    ti = context["ti"]
    send(f"fundguard: {ti.dag_id} {ti.run_id}: {context.get('exception') or f'{ti.task_id} failed'}")


def run_is_late(dag_id: str, hours: int, **_: Any) -> None:
    """Tells that a run did not end in time; it goes on."""
    send(f"fundguard: {dag_id} is not done {hours} hours after it was due")
