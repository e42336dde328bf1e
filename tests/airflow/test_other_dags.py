"""The other DAGs over a small synthetic county: rule base, month and maintenance, each to its end, as a site runs them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from airflow.sdk import DAG
from pendulum import DateTime, datetime

from tests.airflow.site import Site
from tools.trial.place import DEMO_KEY

pytestmark = pytest.mark.long

# Demo counties begin in January 2024.
PERSONS, MONTHS, LAST_DAY = 400, 6, datetime(2024, 6, 30, 1, tz="Asia/Shanghai")
# One core and a JVM of the size of the county; a training of seconds, judged on two months: one may have a single case.
SMALL_SPARK = (
    "spark.master=local[1]",
    "spark.driver_memory=2g",
    "spark.shuffle_partitions=1",
    "spark.conf.spark.sql.adaptive.enabled=false",
)
SMALL = ("trials=2", "folds=3", "members=2", "seeds=1", "resamples=200", "test_months=2")


@pytest.fixture(scope="module")
def county(runnable: dict[str, DAG], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A published county with conclusions, and the event of the night that published it."""
    folder = tmp_path_factory.mktemp("county")
    site = Site(folder, DEMO_KEY)
    site.run("demo", "--out", str(folder), "--persons", str(PERSONS), "--months", str(MONTHS))
    # The demo makes its folder anew.
    site.out.mkdir()
    truth, lake = site.folder / "truth.parquet", str(site.lake)
    site.run(
        "outcomes",
        "simulate",
        "--lake",
        lake,
        "--truth",
        str(truth),
        "--until",
        "2024-12-31",
        "--set",
        "simulation.hours_per_month=80",
    )
    site.run("features", "--lake", lake, "--from", "2024-01", "--to", "2024-05", "--date", "2024-06-30")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in site.environment().items():
            patch.setenv(name, value)
        with pytest.MonkeyPatch.context() as published:
            # What the night does is in the lake already; a program that succeeds stands where the product's would.
            published.setenv("AIRFLOW_VAR_FUNDGUARD_COMMAND", "true")
            assert runnable["nightly_audit"].test(logical_date=LAST_DAY.add(days=1)).state == "success"
        yield site


def ended(dag: DAG, night: DateTime, settings: tuple[str, ...], **params: object) -> dict[str, str]:
    """The states of the tasks of a run whose logical date that is."""
    run = dag.test(logical_date=night, run_conf={"settings": [*settings], **params})
    return {ti.task_id: ti.state for ti in run.get_task_instances()}


def all_green(dag: DAG) -> dict[str, str]:
    return dict.fromkeys(dag.task_ids, "success")


def test_a_proposed_rule_base_is_checked_taken_and_compared(runnable: dict[str, DAG], county: Site) -> None:
    dag = runnable["rulebook_refresh"]

    assert ended(dag, datetime(2024, 7, 5, 14, tz="Asia/Shanghai"), SMALL_SPARK, strict=False) == all_green(dag)
    lists = sorted(file.name for file in county.out.glob("*.csv"))
    assert lists == ["lint-2024-07-05.csv", "rules-diff-2024-07-05.csv", "rules-impact-2024-07-05.csv"]


def test_a_month_is_trained_on_and_scored(runnable: dict[str, DAG], county: Site) -> None:
    dag = runnable["monthly_features_and_retraining"]
    model = tuple(f"model.{setting}" for setting in (*SMALL, f"store={county.folder / 'mlflow'}"))

    states = ended(dag, datetime(2024, 7, 2, 8, tz="Asia/Shanghai"), (*SMALL_SPARK, *model))
    # Whether a challenger surely beats the baseline is not this test's to say: it is promoted, or it stands still.
    promoted = {task: state for task, state in states.items() if task.startswith("promote_")}
    assert set(promoted.values()) <= {"success", "skipped"}
    assert states == all_green(dag) | promoted
    assert (county.out / "risk_drift-2024-06.csv").is_file()


def test_a_lake_is_tested_backed_up_and_tidied(runnable: dict[str, DAG], county: Site) -> None:
    dag = runnable["maintenance"]

    assert ended(dag, datetime(2024, 7, 7, 9, tz="Asia/Shanghai"), SMALL_SPARK, delete=True) == all_green(dag)
    assert county.run("restore", "--from", str(county.folder / "backup"), "--lake", str(county.lake), "--check").startswith(
        "backup 1 "
    )
    assert [path.name for path in (county.folder / "persons").iterdir()] == ["000001"]
