"""### 月度特征与再训练 · monthly features and retraining

Once the nights have published a month to its last day: makes its feature tables, trains a challenger for each kind of subject
(cases, doctors, institutions) on the lake's features and the auditors' conclusions, makes it champion if it surely beats baseline
and champion and the features have not drifted, scores the lake by the champions, and writes how far features and scores have
drifted to `risk_drift-<month>.csv`. Model owners care; no night waits for it. Features of months before the first run are made
once by hand (`fundguard features --from … --to …`).

**When a task fails** its last log line says why, by exit code:

- `month_is_published`: a day later the last night of the month is still not published; see `nightly_audit`, then clear it.
- `features` 2: the month is not judged; see `nightly_audit`.
- `train_…` 2: too few months are concluded on, the log says how many; import conclusions, or leave it red until there are
  enough. The other kinds of subject go on.
- `promote_…` is skipped on 3: the challenger is not surely better, or features drifted; the champion stays, and scores.
- `promote_…`, `score` 6: a model is damaged; `fundguard models rollback --target …`, then clear the task.

Codes 4 and 5 are tried again, others are not. Training twice on the same lake gives the same model.
"""

from airflow.sdk import CronDataIntervalTimetable, dag
from pendulum import datetime

from fundguard_airflow.command import FundguardCommand
from fundguard_airflow.policy import DEFAULTS, LAKE, MONTH, OUT, PUBLICATION, SETTINGS, ZONE, deadline
from fundguard_airflow.published import PublishedUpTo
from fundguard_airflow.report import Report

LAST_DAY = "{{ data_interval_start.in_timezone('Asia/Shanghai').end_of('month').to_date_string() }}"
KINDS = ("case", "doctor", "institution")


@dag(
    schedule=CronDataIntervalTimetable("0 8 2 * *", timezone=ZONE),
    start_date=datetime(2020, 1, 1, tz=ZONE),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    deadline=deadline("monthly_features_and_retraining", days=31, hours=36),
    params={"settings": SETTINGS},
    tags=["fundguard", "model", "monthly"],
    doc_md=__doc__,
)
def monthly_features_and_retraining() -> None:
    """Wait for the month, make features, train and promote each kind, score, report."""
    published = PublishedUpTo(task_id="month_is_published", asset=PUBLICATION, day=LAST_DAY, timeout=24 * 3600)
    months = ["--from", MONTH, "--to", MONTH, "--date", LAST_DAY]
    event = {"business_date": LAST_DAY, "month": MONTH}
    features = FundguardCommand(
        task_id="features", words=["features", "--lake", LAKE, *months], outlets=[PUBLICATION], event=event
    )
    score = FundguardCommand(
        task_id="score", words=["score", "--lake", LAKE], needs=["features"], outlets=[PUBLICATION], event=event
    )
    drift = FundguardCommand(
        task_id="drift", words=["export", "--lake", LAKE, "--table", "risk_drift", "--out", f"{OUT}/risk_drift-{MONTH}.csv"]
    )
    published >> features >> score >> drift >> Report(task_id="report")
    for kind in KINDS:
        train = FundguardCommand(task_id=f"train_{kind}", words=["train", "--target", kind, "--lake", LAKE])
        promote = FundguardCommand(task_id=f"promote_{kind}", words=["models", "promote", "--target", kind], stands_still_on=3)
        features >> train >> promote >> score


monthly_features_and_retraining()
