"""### 数据湖维护 · maintenance

Looks after the lake once a week, when no night runs: reads every log, data file and publication (`fsck`), tests the access
records (`verify_access`), and deletes data files that no kept publication names (`vacuum`; it only counts them unless the
parameter `delete` is on). Who runs the machine cares: a damage that is found on Sunday is mended before the next night.

**When a task fails** its last log line says why, by exit code:

- `fsck` 6: damaged, the log names the file. `fundguard fsck --repair` heals what loses no row; else restore the named file.
- `verify_access` 6: an access record was changed, removed or moved. Tell whoever answers for data protection, keep the store.
- `vacuum` 6: as `fsck`.

What stands behind a failure is skipped with its reason: nothing is deleted in a lake that is not whole. Codes 4 and 5 are
tried again, others are not. Every task may be cleared at any time.
"""

from airflow.sdk import CronDataIntervalTimetable, Param, dag
from pendulum import datetime

from fundguard_airflow.command import FundguardCommand
from fundguard_airflow.policy import DEFAULTS, END_DAY, LAKE, SETTINGS, ZONE, deadline
from fundguard_airflow.report import Report


@dag(
    schedule=CronDataIntervalTimetable("0 9 * * 0", timezone=ZONE),
    start_date=datetime(2020, 1, 1, tz=ZONE),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    deadline=deadline("maintenance", hours=8),
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
    vacuum = FundguardCommand(task_id="vacuum", words=["vacuum", "--lake", LAKE, "--date", END_DAY, delete])
    fsck >> [verify_access, vacuum] >> Report(task_id="report")


maintenance()
