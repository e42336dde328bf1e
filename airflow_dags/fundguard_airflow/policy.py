"""What every DAG of fundguard is held to (tests/airflow/test_policies.py)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Asset, DeadlineAlert, DeadlineReference, ExceptionRetryPolicy, Param, RetryAction, RetryRule, SyncCallback

from fundguard_airflow.alerts import run_is_late, task_failed
from fundguard_airflow.command import WorthARetry

# The only source of dates: the run's data interval, in the zone that bills are dated in.
ZONE = "Asia/Shanghai"
DAY = "{{ data_interval_start.in_timezone('Asia/Shanghai').to_date_string() }}"
MONTH = "{{ data_interval_start.in_timezone('Asia/Shanghai').format('YYYY-MM') }}"
END_DAY = "{{ data_interval_end.in_timezone('Asia/Shanghai').to_date_string() }}"

LAKE = "{{ var.value.fundguard_lake }}"
OUT = "{{ var.value.fundguard_out }}"

# Their events carry business_date (and month).
PUBLICATION = Asset("fundguard_publication", uri="fundguard://lake/publications")
PROPOSED_RULES = Asset("fundguard_proposed_rules", uri="fundguard://lake/rule_proposed")

# One slot: one writer. Made from pools.json.
WRITER = "fundguard_writer"

DEFAULTS: dict[str, Any] = {
    "owner": "fundguard",
    "pool": WRITER,
    "retries": 3,
    "retry_delay": timedelta(minutes=5),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(hours=1),
    "retry_policy": ExceptionRetryPolicy([RetryRule(WorthARetry, RetryAction.RETRY)], default=RetryAction.FAIL),
    "on_failure_callback": task_failed,
}

SETTINGS = Param(
    [],
    type="array",
    items={"type": "string", "pattern": r"^[A-Za-z_][\w.]*=.*$"},
    title="settings",
    description="Settings of conf/ for this run alone, key=value; each becomes `--set`.",
)


def deadline(dag_id: str, days: int, hours: int) -> DeadlineAlert:
    """The alarm for a run that is not done so many hours after its interval, which is so many days long, was over.

    Counted from the logical date, where the interval begins: Airflow 3.3.2 cannot clear a task of a DAG whose deadline is
    counted from when the run was queued (TypeError in the interval).
    """
    late = SyncCallback(run_is_late, kwargs={"dag_id": dag_id, "hours": hours})
    return DeadlineAlert(DeadlineReference.DAGRUN_LOGICAL_DATE, timedelta(days=days, hours=hours), late)
