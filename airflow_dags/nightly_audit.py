"""### 每晚稽核 · nightly audit

Loads what landed, lets the gate judge it, judges the bills of the business date's month and what new rows touch, ranks the
cases, publishes, and writes the auditors' workbook `疑点清单-<month>-<business date>.xlsx`. The business date is the day on
which the data interval begins, in Asia/Shanghai. Auditors need the workbook in the morning; whoever is on duty is told if a
task fails or the run is late.

**When a task fails** its last log line says why, by exit code:

- `load` 2: a file is not what its manifest or the contract says; have it sent again, clear `load`.
- `gate` 3: the batch is not fit to be judged. The log has a line for each check, the report lies in `<lake>/_gate/`. Have the
  batch mended, or release it by `fundguard gate approve`; clear `gate`.
- `judge_and_publish` 3: what was made of the bills is not plausible, nothing is published; read the report, then as above.
- any 6: the lake is damaged; `fundguard fsck` names the file. 4 and 5 were tried again for an hour and more: see who writes,
  disk, memory; clear the task.

Tasks behind a failure are skipped with its reason. Every task may be cleared at any time: a rerun with the same inputs
changes nothing. By hand: trigger with a logical date, which is the night after the business date.
"""

from airflow.sdk import CronDataIntervalTimetable, dag
from pendulum import datetime

from fundguard_airflow.command import FundguardCommand
from fundguard_airflow.policy import DAY, DEFAULTS, LAKE, MONTH, OUT, PUBLICATION, SETTINGS, ZONE, deadline
from fundguard_airflow.report import Report

NIGHT = ["nightly", "--landing", "{{ var.value.fundguard_landing }}", "--rules", "{{ var.value.fundguard_rules }}"]
NIGHT += ["--lake", LAKE, "--month", MONTH, "--date", DAY]
WORKBOOK = f"{OUT}/疑点清单-{MONTH}-{DAY}.xlsx"


@dag(
    schedule=CronDataIntervalTimetable("0 1 * * *", timezone=ZONE),
    start_date=datetime(2020, 1, 1, tz=ZONE),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    deadline=deadline("nightly_audit", days=1, hours=6),
    params={"settings": SETTINGS},
    tags=["fundguard", "nightly"],
    doc_md=__doc__,
)
def nightly_audit() -> None:
    """Load, gate, judge, hand out, report."""
    load = FundguardCommand(task_id="load", words=[*NIGHT, "--until", "load"])
    gate = FundguardCommand(task_id="gate", words=[*NIGHT, "--until", "gate"])
    judge = FundguardCommand(
        task_id="judge_and_publish", words=NIGHT, outlets=[PUBLICATION], event={"business_date": DAY, "month": MONTH}
    )
    case_list = FundguardCommand(
        task_id="case_list", words=["cases", "export", "--lake", LAKE, "--month", MONTH, "--out", WORKBOOK]
    )
    load >> gate >> judge >> case_list >> Report(task_id="report")


nightly_audit()
