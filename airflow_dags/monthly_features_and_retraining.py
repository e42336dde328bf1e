"""### 月度特征与再训练 · monthly features and retraining

Once the nights have published a month to its last day, trains a challenger on the labelled feature table in the Variable
`fundguard_features` and makes it champion if it surely beats baseline and champion. Model owners care; no night waits for it.

**When a task fails** its last log line says why, by exit code:

- `month_is_published`: a day later the last night of the month is still not published; see `nightly_audit`, then clear it.
- `train` 2: table or label are not usable, the log says which column; mend the table, clear `train`.
- `promote` is skipped on 3: the challenger is not surely better, the champion stays. 6: a model is damaged.

Codes 4 and 5 are tried again, others are not. Training twice on the same table gives the same model.
"""

from airflow.sdk import CronDataIntervalTimetable, Param, dag
from pendulum import datetime

from fundguard_airflow.command import FundguardCommand
from fundguard_airflow.policy import DEFAULTS, PUBLICATION, SETTINGS, ZONE, deadline
from fundguard_airflow.published import PublishedUpTo
from fundguard_airflow.report import Report

LAST_DAY = "{{ data_interval_start.in_timezone('Asia/Shanghai').end_of('month').to_date_string() }}"


@dag(
    schedule=CronDataIntervalTimetable("0 8 2 * *", timezone=ZONE),
    start_date=datetime(2020, 1, 1, tz=ZONE),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    deadline=deadline("monthly_features_and_retraining", days=31, hours=36),
    params={
        "settings": SETTINGS,
        "label": Param("label", type="string", pattern=r"^\w+$", description="Column of two values: what is to be foreseen."),
        "key": Param("id", type="string", pattern=r"^\w+$", description="Column that names the row."),
    },
    tags=["fundguard", "model", "monthly"],
    doc_md=__doc__,
)
def monthly_features_and_retraining() -> None:
    """Wait for the month, train, promote, report."""
    published = PublishedUpTo(task_id="month_is_published", asset=PUBLICATION, day=LAST_DAY, timeout=24 * 3600)
    train = FundguardCommand(
        task_id="train",
        words=[
            "train",
            "--features",
            "{{ var.value.fundguard_features }}",
            "--label",
            "{{ params.label }}",
            "--id",
            "{{ params.key }}",
        ],
    )
    promote = FundguardCommand(task_id="promote", words=["models", "promote"], stands_still_on=3)
    published >> train >> promote >> Report(task_id="report")


monthly_features_and_retraining()
