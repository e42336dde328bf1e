"""The scheduler at work: months backfilled in any order, a task killed with its Spark driver, a cleared task."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.airflow.services import Services, kill_task, postgresql, services, until
from tests.airflow.site import SETTINGS, Site

pytestmark = pytest.mark.long

# The batches land in this order, each before the night of its month's last day.
MONTHS = (("b1", "2025-02-28"), ("b2", "2025-03-31"), ("b3", "2025-04-30"))
WRONG_ORDER = (MONTHS[2], MONTHS[0], MONTHS[1])
# So few rows are no batch to be judged by shares.
FEW = tuple(setting for setting in SETTINGS if not setting.startswith("gate."))
COMPARED = ("finding", "finding_detl", "refuse_list", "coverage", "case_list")
DONE = dict.fromkeys(("load", "gate", "judge_and_publish", "case_list", "report"), ("success", 1))


def free_ports() -> int:
    """The first of some ports beside each other that nobody listens on, most likely."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def judging(site: Site) -> dict[str, Any] | None:
    """The record of a whole night that is judging."""
    for file in sorted((site.lake / "_runs").glob("*-nightly-*.json")):
        record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if record["job"] == "nightly" and record["ended"] is None and [step["name"] for step in record["steps"]][-1] == "judge":
            return record
    return None


@dataclass(frozen=True)
class Backfilled:
    """A site under the scheduler, how the runs of some nights ended, and what lay in the lake then."""

    site: Site
    airflow: Services
    ended: dict[str, tuple[str, dict[str, tuple[str, int]]]]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backfilled]:
    """The night of April, of which the task that judges is killed with its driver."""
    folder = tmp_path_factory.mktemp("services")
    site = Site(folder / "site")
    batch, day = WRONG_ORDER[0]
    with services(site, folder / "home", free_ports(), FEW) as airflow:
        site.land_months(batch)
        airflow.unpause()
        airflow.backfill(day)
        kill_task(until(lambda: judging(site)))
        yield Backfilled(site, airflow, {day: airflow.ended(day)})


@pytest.fixture(scope="module")
def backfilled(killed: Backfilled) -> Backfilled:
    """February and March after it."""
    ended = dict(killed.ended)
    for batch, day in WRONG_ORDER[1:]:
        killed.site.land_months(batch)
        killed.airflow.backfill(day)
        ended[day] = killed.airflow.ended(day)
    return Backfilled(killed.site, killed.airflow, ended)


def test_a_task_killed_with_its_driver_is_tried_again_and_publishes_once(killed: Backfilled) -> None:
    day = WRONG_ORDER[0][1]

    assert killed.ended == {day: ("success", DONE | {"judge_and_publish": ("success", 2)})}
    assert killed.site.rows("publications", "publication_id", "business_date")[0] == ("1", day)
    records = [json.loads(file.read_text(encoding="utf-8")) for file in (killed.site.lake / "_runs").glob("*.json")]
    nights = sorted((run["started"], run["exit_code"], run["publication"]) for run in records if run["job"] == "nightly")
    assert [night[1:] for night in nights[:2]] == [(None, None), (0, 1)]


def test_months_in_the_wrong_order_give_the_same_lake(backfilled: Backfilled, tmp_path: Path) -> None:
    for _, day in WRONG_ORDER[1:]:
        assert backfilled.ended[day] == ("success", DONE), day
    published = backfilled.site.rows("publications", "publication_id", "business_date")
    assert published == [(str(number), day) for number, (_, day) in enumerate(WRONG_ORDER, start=1)]

    right = Site(tmp_path / "right")
    right.nights(MONTHS, FEW)
    for table in COMPARED:
        assert backfilled.site.rows(table) == right.rows(table), table


def test_a_task_that_is_cleared_changes_nothing(backfilled: Backfilled) -> None:
    site, day, cleared = backfilled.site, WRONG_ORDER[-1][1], ("judge_and_publish", "case_list", "report")
    before = site.digests()

    backfilled.airflow.clear(day, *cleared)

    assert backfilled.airflow.ended(day) == ("success", DONE | dict.fromkeys(cleared, ("success", 2)))
    assert site.digests() == before


def test_a_night_is_scheduled_on_postgresql(tmp_path: Path) -> None:
    site, (batch, day) = Site(tmp_path / "site"), MONTHS[0]
    site.land_months(batch)
    with postgresql(tmp_path / "database"), services(site, tmp_path / "home", free_ports(), FEW) as airflow:
        airflow.unpause()
        airflow.backfill(day)

        assert airflow.ended(day) == ("success", DONE)
    assert site.rows("publications", "publication_id", "business_date") == [("1", day)]
    # Nothing was kept in the database that is taken where none is named.
    assert not (tmp_path / "home" / "airflow.db").exists()
