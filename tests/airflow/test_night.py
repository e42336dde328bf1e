"""The nightly DAG over a small landing folder: Airflow runs it task by task, each a command of the product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from airflow.sdk import DAG
from pendulum import datetime

from tests.airflow.conftest import HOME
from tests.airflow.site import KEY, REPORTED, SETTINGS, Site

# The night after 2025-03-31, which is the business date.
NIGHT = datetime(2025, 4, 1, 1, tz="Asia/Shanghai")
STEPS = ("load", "gate", "judge_and_publish", "case_list", "report")
WORKBOOK = "疑点清单-2025-03-2025-03-31.xlsx"


@dataclass(frozen=True)
class Ended:
    """How a run of the DAG ended: its state, those of its tasks, what was logged, what lay in the lake and beside it then."""

    state: str
    tasks: dict[str, str]
    said: str
    lake: dict[str, str]
    out: dict[str, bytes]


@dataclass(frozen=True)
class Told:
    """A site whose batches the gate refuses; then `gate` is cleared and lets them pass; then `judge_and_publish` is cleared."""

    site: Site
    refused: Ended
    published: Ended
    again: Ended


@pytest.fixture(scope="module")
def said(request: pytest.FixtureRequest) -> Callable[[], str]:
    """What was written to the screen since it was last asked."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    return lambda: "".join(capture.read_global_capture())


@pytest.fixture(scope="module")
def told(runnable: dict[str, DAG], said: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    nightly = runnable["nightly_audit"]
    site = Site(tmp_path_factory.mktemp("site"))
    site.land()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in site.environment().items():
            patch.setenv(name, value)

        def ended(settings: tuple[str, ...], not_cleared: str | None = None) -> Ended:
            said()
            run = nightly.test(logical_date=NIGHT, run_conf={"settings": [*settings]}, mark_success_pattern=not_cleared)
            tasks = {ti.task_id: ti.state for ti in run.get_task_instances()}
            out = {file.name: file.read_bytes() for file in site.out.iterdir() if file.suffix == ".xlsx"}
            return Ended(run.state, tasks, said(), site.digests(), out)

        yield Told(site, ended(SETTINGS), ended(REPORTED, "load"), ended(REPORTED, "load|gate|case_list"))


def events() -> list[dict[str, str]]:
    """What the events of all assets carry, the first first."""
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session

    with create_session() as session:
        return [event.extra for event in session.query(AssetEvent).order_by(AssetEvent.id)]


def test_a_night_publishes_a_case_list(told: Told) -> None:
    assert (told.published.state, told.published.tasks) == ("success", dict.fromkeys(STEPS, "success"))
    assert told.site.rows("publications", "publication_id") == [("1",)]
    # The visits of men with an item for women, those whose settlement could be typed (tests/identity/canaries.py).
    cases = told.site.rows("case_list", "month", "findings")
    assert cases == [("2025-03", "1")] * 30
    assert list(told.published.out) == [WORKBOOK]
    assert (told.site.out / "status.html").is_file()
    assert events()[-1] == {"business_date": "2025-03-31", "month": "2025-03"}


def test_a_refused_gate_fails_its_task_and_what_stands_behind_is_skipped_with_the_reason(told: Told) -> None:
    skipped = ("judge_and_publish", "case_list")
    states = {"load": "success", "gate": "failed", "report": "failed"} | dict.fromkeys(skipped, "skipped")
    assert (told.refused.state, told.refused.tasks) == ("failed", states)
    for task in skipped:
        assert f"{task}: skipped: gate: exit code 3, a gate refused: " in told.refused.said
    assert not [name for name in told.refused.lake if name.startswith(("publications/", "finding/", "case_list/"))]
    assert told.refused.out == {}


def test_a_cleared_and_rerun_task_changes_nothing(told: Told) -> None:
    assert (told.again.state, told.again.tasks) == ("success", dict.fromkeys(STEPS, "success"))
    assert "nothing to do: publication 1 holds all of it" in told.again.said
    assert told.again.lake == told.published.lake
    assert told.again.out == told.published.out


def test_no_person_and_no_secret_is_found_in_what_airflow_keeps_and_says(told: Told, tmp_path: Path) -> None:
    for name in ("refused", "published", "again"):
        (tmp_path / name).write_text(getattr(told, name).said, encoding="utf-8")

    # The search finds what is there: in every landed file.
    landed = [file for file in (told.site.folder / "landing").rglob("*") if file.suffix == ".csv"]
    assert set(map(str, landed)) <= told.site.persons_below(told.site.folder / "landing").keys()
    assert told.site.persons_below(tmp_path) == {}
    assert told.site.persons_below(HOME) == {}
    kept = [file for folder in (tmp_path, HOME) for file in folder.rglob("*") if file.is_file()]
    assert HOME / "airflow.db" in kept
    assert [file for file in kept if KEY.encode() in file.read_bytes()] == []


@pytest.mark.parametrize(("code", "tries"), [(1, 1), (2, 1), (3, 1), (4, 4), (5, 4), (6, 1), (7, 1)])
def test_what_may_be_better_later_is_tried_again_and_nothing_else(
    runnable: dict[str, DAG], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, tries: int
) -> None:
    """A program that only ends with the code stands where the product's would."""
    for name, value in Site(tmp_path).environment().items():
        monkeypatch.setenv(name, value)
    counted = tmp_path / "tries"
    monkeypatch.setenv("AIRFLOW_VAR_FUNDGUARD_COMMAND", f"sh -c 'echo $1 >> {counted}; exit {code}' fundguard")
    run = runnable["nightly_audit"].test(logical_date=NIGHT, run_conf={"settings": [*SETTINGS]})
    tasks = {ti.task_id: ti.state for ti in run.get_task_instances()}
    assert (run.state, tasks["load"], tasks["gate"]) == ("failed", "failed", "skipped")
    assert counted.read_text().splitlines() == ["nightly"] * tries + ["status"]
