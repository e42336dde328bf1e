"""Why a task does not do its work: what the tasks before it left."""

from __future__ import annotations

from collections.abc import Collection

from airflow.sdk import Context

REASON = "reason"  # XCom of a task that failed or stands still, one line


def states(context: Context) -> dict[str, str | None]:
    """The state of every task of this run."""
    run = context["dag_run"]
    return context["ti"].get_task_states(dag_id=run.dag_id, run_ids=[run.run_id]).get(run.run_id, {})


def reason_of(context: Context, task_id: str, state: str | None) -> str:
    """The line that a task left, or its state if it left none."""
    said = context["ti"].xcom_pull(task_ids=task_id, key=REASON)
    return said or f"{task_id}: {state or 'did not run'}; its log tells why"


def blocked_by(context: Context, needs: Collection[str] | None) -> str | None:
    """The reason of a task directly before this one that did not succeed, handed on for those after it; of ``needs`` if given."""
    now = states(context)
    before = context["task"].upstream_task_ids
    for task_id in sorted(before if needs is None else before & set(needs)):
        if now.get(task_id) != "success":
            reason = reason_of(context, task_id, now.get(task_id))
            context["ti"].xcom_push(key=REASON, value=reason)
            return reason
    return None
