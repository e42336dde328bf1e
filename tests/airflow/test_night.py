"""The nightly DAG over a small landing folder: Airflow runs it task by task, each a command of the product."""

from __future__ import annotations

from pathlib import Path

import pytest
from airflow.sdk import DAG
from pendulum import datetime

from tests.airflow.site import SETTINGS, Site

# The night after 2025-02-28, which is the business date.
NIGHT = datetime(2025, 3, 1, 1, tz="Asia/Shanghai")
STEPS = ("load", "gate", "judge_and_publish", "case_list", "report")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site known to Airflow by its Variables."""
    site = Site(tmp_path)
    for name, value in site.variables().items():
        monkeypatch.setenv(f"AIRFLOW_VAR_{name.upper()}", value)
    return site


def run(nightly: DAG) -> tuple[str, dict[str, str]]:
    """The night's state and those of its tasks."""
    ended = nightly.test(logical_date=NIGHT, run_conf={"settings": [*SETTINGS]})
    return ended.state, {ti.task_id: ti.state for ti in ended.get_task_instances()}


def events() -> list[dict[str, str]]:
    """What the events of all assets carry, the first first."""
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session

    with create_session() as session:
        return [event.extra for event in session.query(AssetEvent).order_by(AssetEvent.id)]


def test_a_night_publishes_a_case_list(nightly: DAG, site: Site) -> None:
    site.land("b1")
    done = ("success", dict.fromkeys(STEPS, "success"))

    assert run(nightly) == done
    assert site.rows("publications", "publication_id") == [("1",)]
    # The two items for women of visit m0, 8 and 15 yuan of the fund (tests/jobs/test_nightly.py).
    assert site.rows("case_list", "month", "mdtrt_id", "findings", "fund_amt") == [("2025-02", "m0", "2", "23.00")]
    assert sorted(file.name for file in site.out.iterdir()) == ["status.html", "疑点清单-2025-02-2025-02-28.xlsx"]
    assert events()[-1] == {"business_date": "2025-02-28", "month": "2025-02"}


@pytest.mark.parametrize(("code", "tries"), [(1, 1), (2, 1), (3, 1), (4, 4), (5, 4), (6, 1), (7, 1)])
def test_what_may_be_better_later_is_tried_again_and_nothing_else(
    nightly: DAG, site: Site, monkeypatch: pytest.MonkeyPatch, code: int, tries: int
) -> None:
    """A program that only ends with the code stands where the product's would."""
    counted = site.folder / "tries"
    monkeypatch.setenv("AIRFLOW_VAR_FUNDGUARD_COMMAND", f"sh -c 'echo $1 >> {counted}; exit {code}' fundguard")
    state, tasks = run(nightly)
    assert (state, tasks["load"], tasks["gate"]) == ("failed", "failed", "skipped")
    assert counted.read_text().splitlines() == ["nightly"] * tries + ["status"]
