"""### 规则库更新 · rule base refresh

Checks the rule base that the rule manager laid into the folder of the Variable `fundguard_rules_proposed`, takes it into the
lake as the proposed one, and says what it would change: rows by type against the active rule base, findings and yuan in the
month published last. **It activates nothing**: when the rule manager agrees with the lists in `fundguard_out`, the files go
into `fundguard_rules`, and the next night judges by them.

**When a task fails** its last log line says why, by exit code:

- `lint` 2: a row cannot do what it says; `lint-<day>.csv` lists all. Mend the rows, clear `lint`.
- `import_proposed` 2: a file cannot be read; mend it, clear the task.
- `diff`, `impact` 2: the lake has no rule base or no publication; run a night first. `impact` takes its month from the last
  event of `fundguard_publication` and fails without one.

Codes 4 and 5 are tried again, others are not; what stands behind a failure is skipped with its reason.
"""

from airflow.sdk import CronDataIntervalTimetable, Param, dag
from pendulum import datetime

from fundguard_airflow.command import FundguardCommand
from fundguard_airflow.policy import DEFAULTS, END_DAY, LAKE, OUT, PROPOSED_RULES, PUBLICATION, SETTINGS, ZONE, deadline
from fundguard_airflow.report import Report

PROPOSED = "{{ var.value.fundguard_rules_proposed }}"
LAST_MONTH = "{{ inlet_events[0][-1].extra.month }}"


@dag(
    schedule=CronDataIntervalTimetable("0 14 * * 5", timezone=ZONE),
    start_date=datetime(2020, 1, 1, tz=ZONE),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    deadline=deadline("rulebook_refresh", days=7, hours=6),
    params={
        "settings": SETTINGS,
        "strict": Param(True, type="boolean", description="Stop if a row of the rule base cannot do what it says."),
    },
    tags=["fundguard", "rules"],
    doc_md=__doc__,
)
def rulebook_refresh() -> None:
    """Check, propose, compare, report."""
    strict = "{{ '--strict' if params.strict else '' }}"
    lint = FundguardCommand(
        task_id="lint", words=["rules", "lint", PROPOSED, "--lake", LAKE, "--csv", f"{OUT}/lint-{END_DAY}.csv", strict]
    )
    take = FundguardCommand(
        task_id="import_proposed",
        words=["rules", "import", PROPOSED, "--lake", LAKE],
        outlets=[PROPOSED_RULES],
        event={"business_date": END_DAY},
    )
    diff = FundguardCommand(task_id="diff", words=["rules", "diff", LAKE, PROPOSED, "--csv", f"{OUT}/rules-diff-{END_DAY}.csv"])
    impact = FundguardCommand(
        task_id="impact",
        words=["rules", "impact", "--lake", LAKE, "--month", LAST_MONTH, "--csv", f"{OUT}/rules-impact-{END_DAY}.csv"],
        inlets=[PUBLICATION],
    )
    lint >> take >> [diff, impact] >> Report(task_id="report")


rulebook_refresh()
