"""### 数据湖维护 · maintenance

Looks after the lake once a week, when no night runs: reads every log, data file and publication (`fsck`), tests the access
records (`verify_access`), copies what is new into the folder of the Variable `fundguard_backup` (`backup`), and deletes data
files that no kept publication names (`vacuum`; it only counts them unless the parameter `delete` is on). Who runs the machine
cares: a damage that is found on Sunday is mended before the next night.

**When a task fails** its last log line says why, by exit code:

- `fsck` 6: damaged, the log names the file. `fundguard fsck --repair` heals what loses no row; else restore the named file.
- `verify_access` 6: an access record was changed, removed or moved. Tell whoever answers for data protection, keep the store.
- `backup` 5: the folder is full or cannot be written; make room, clear `backup`. `vacuum` 6: as `fsck`.

What stands behind a failure is skipped with its reason: nothing is deleted in a lake that is not whole and backed up. Codes
4 and 5 are tried again, others are not. Every task may be cleared at any time.
"""

from airflow.sdk import CronDataIntervalTimetable, Param, dag
from pendulum import datetime

from fundguard_airflow.command import FundguardCommand
from fundguard_airflow.policy import DEFAULTS, END_DAY, LAKE, SETTINGS, ZONE, deadline
from fundguard_airflow.report import Report

# Who the persons are is backed up apart from the lake, where the site says so.
PERSONS = "{% set to = var.value.get('fundguard_identity_backup', '') %}{{ '--identity-to=' ~ to if to else '' }}"


@dag(
    schedule=CronDataIntervalTimetable("0 9 * * 0", timezone=ZONE),
    start_date=datetime(2020, 1, 1, tz=ZONE),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    deadline=deadline("maintenance", days=7, hours=8),
    params={
        "settings": SETTINGS,
        "delete": Param(False, type="boolean", description="Delete what no kept publication names, not only count it."),
    },
    tags=["fundguard", "maintenance"],
    doc_md=__doc__,
)
def maintenance() -> None:
    """Test, then tidy, then report."""
    delete = "{{ '--delete' if params.delete else '' }}"
    fsck = FundguardCommand(task_id="fsck", words=["fsck", "--lake", LAKE], takes_settings=False)
    verify_access = FundguardCommand(task_id="verify_access", words=["access", "verify", "--lake", LAKE])
    backup = FundguardCommand(
        task_id="backup", words=["backup", "--lake", LAKE, "--to", "{{ var.value.fundguard_backup }}", PERSONS]
    )
    vacuum = FundguardCommand(task_id="vacuum", words=["vacuum", "--lake", LAKE, "--date", END_DAY, delete])
    report = Report(task_id="report")
    fsck >> verify_access >> report
    fsck >> backup >> vacuum >> report


maintenance()
