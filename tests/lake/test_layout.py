"""Layouts: a lake of the first released layout moves up, one of a newer layout is refused, and old versions stay readable."""

from __future__ import annotations

import json
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jobs.migrate import migrate
from jobs.nightly import audit_range
from jobs.spark import open_published
from lake.commits import newest_version
from lake.errors import BadInput, IntegrityFailure
from lake.layout import CURRENT, FILE, check_layout, layout_of, mark
from lake.runs import read_records
from lake.startup import check_lake
from lake.store import Lake
from lake.tables import OUTCOME, PRAC_PSN_D, TABLES
from tests.jobs.commands import run
from tests.jobs.nights import BUSINESS_DATE, exported, settings_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from lake.tables.schema import Table

FIRST_RELEASED = Path(__file__).with_name("layouts") / "1.tar.xz"


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A lake as the first released layout left it: the February of tests/jobs/story.py, published once."""
    with tarfile.open(FIRST_RELEASED) as kept:
        kept.extractall(tmp_path, filter="data")
    return tmp_path / "lake"


def versions(lake: Path) -> dict[str, int]:
    return {name: version for name in TABLES if (version := newest_version(lake / name)) >= 0}


def test_a_new_lake_is_of_this_layout(lake: Lake) -> None:
    assert layout_of(lake.path) is None
    lake.append(OUTCOME, lake.spark.createDataFrame([], OUTCOME.spark_schema()))
    assert layout_of(lake.path) == CURRENT
    check_lake(lake.path)


def test_what_writes_refuses_an_older_layout_and_what_reads_does_not(first: Path) -> None:
    check_layout(first, writes=False)
    with pytest.raises(BadInput, match="has layout 1, this fundguard writes layout 3: run `fundguard migrate` once"):
        check_lake(first)


@pytest.mark.parametrize(
    "words",
    [["audit", "--from", "2025-02", "--to", "2025-02"], ["migrate"], ["cases", "export", "--month", "2025-02", "--out", "x.csv"]],
)
def test_a_newer_layout_is_refused_in_one_line(first: Path, words: list[str]) -> None:
    mark(first, CURRENT + 1)
    before = versions(first)

    done = run([*words, "--lake", str(first)], JAVA_HOME="/nowhere")

    said = f"fundguard: {first}: has layout 4, this fundguard knows layouts up to 3: install the newer one"
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, said)
    assert versions(first) == before


def test_a_number_that_is_none_is_damage(first: Path) -> None:
    (first / FILE).write_text("2\n", encoding="utf-8")
    with pytest.raises(IntegrityFailure, match="says no layout"):
        layout_of(first)


def test_the_first_released_layout_moves_up_and_shows_the_same(first: Path, spark: SparkSession) -> None:
    before = exported(first.parent, "finding", "refuse_list", "case_list")

    said = [migrate(first, settings_of()) for _ in range(2)]

    assert said == [f"{first}: has layout 3, it had 1", f"{first}: has layout 3 already"]
    assert [run.job for run in read_records(first)] == ["migrate", "migrate"]
    check_lake(first)
    assert exported(first.parent, "finding", "refuse_list", "case_list") == before
    lake = Lake(spark, first)
    for name in versions(first):
        assert set(TABLES[name].names) <= set(spark.read.format("delta").load(str(lake.folder(TABLES[name]))).columns), name


def test_a_migration_that_was_cut_off_is_done_again(first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(lake: Path, layout: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("jobs.migrate.mark", killed)
    with pytest.raises(KeyboardInterrupt):
        migrate(first, settings_of())
    assert layout_of(first) == 1
    monkeypatch.undo()

    assert migrate(first, settings_of()) == f"{first}: has layout 3, it had 1"


def test_a_table_that_lacks_a_column_gets_it_without_values_and_keeps_its_rows_and_older_versions(lake: Lake) -> None:
    older = replace(OUTCOME, columns=tuple(column for column in OUTCOME.columns if column.name != "reason"))
    kept = [name for name in OUTCOME.names if name != "reason"]
    lake.append(
        older,
        lake.spark.createDataFrame([("o1", "c1")], "outcome_id STRING, case_id STRING").selectExpr(
            "outcome_id", "case_id", *[f"NULL AS {name}" for name in kept[2:]]
        ),
    )
    before = lake.read(OUTCOME).select(*kept).collect()

    assert lake.add_columns(OUTCOME) == ["reason"]
    assert lake.add_columns(OUTCOME) == []

    for version in (1, 2):
        rows = lake.read(OUTCOME, version)
        assert rows.select(*kept).collect() == before
        assert [found.reason for found in rows.collect()] == [None]
    fields = json.loads(lake.spark.read.format("delta").load(str(lake.folder(OUTCOME))).schema.json())["fields"]
    assert {field["name"] for field in fields} == set(OUTCOME.names)
    assert lake.version(OUTCOME) == 2


def test_a_register_without_doctors_own_numbers_is_read_moved_up_and_added_to(lake: Lake) -> None:
    older = replace(PRAC_PSN_D, columns=tuple(column for column in PRAC_PSN_D.columns if column.name != "psn_no"))
    lake.append(older, doctors(lake, older, prac_psn_code="D1", batch_id="b1"))
    mark(lake.path, 2)
    assert numbers(lake) == {"D1": None}
    with pytest.raises(BadInput, match="has layout 2, this fundguard writes layout 3: run `fundguard migrate` once"):
        check_lake(lake.path)

    assert migrate(lake.path, settings_of()) == f"{lake.path}: has layout 3, it had 2"
    lake.replace(PRAC_PSN_D, doctors(lake, PRAC_PSN_D, prac_psn_code="D2", psn_no="a" * 64, batch_id="b2"), "batch_id = 'b2'")

    assert numbers(lake) == {"D1": None, "D2": "a" * 64}
    assert numbers(lake, version=1) == {"D1": None}


def doctors(lake: Lake, table: Table, **values: str) -> DataFrame:
    return table.frame(lake.spark, [[values.get(name) for name in table.names]])


def numbers(lake: Lake, version: int | None = None) -> dict[str, str | None]:
    return {row.prac_psn_code: row.psn_no for row in lake.read(PRAC_PSN_D, version).collect()}


@pytest.mark.long
def test_a_night_goes_on_with_a_migrated_lake(first: Path) -> None:
    before = exported(first.parent, "finding")
    migrate(first, settings_of())
    audit_range(first, "2025-02", "2025-02", BUSINESS_DATE, settings_of())
    assert exported(first.parent, "finding") == before
    assert open_published(first, settings_of()).exists(TABLES["publications"])
