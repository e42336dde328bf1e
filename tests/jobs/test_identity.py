"""Persons over nights: found nowhere, named one case at a time to who may, the same under a new key."""

from __future__ import annotations

import io
import json
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cases.contents import Selection
from jobs.cases import export_cases
from jobs.explain import explain
from jobs.export import export
from jobs.identity.records import listed, verify
from jobs.identity.reveal import reveal
from jobs.identity.rotate import rotate
from jobs.nightly import load_and_judge
from jobs.rejects import export_rejects, list_rejects
from jobs.settings import load_settings
from jobs.spark import open_lake
from lake.errors import BadInput, NotAllowed
from lake.tables import CASE_LIST, FINDING, MDTRT_D, TABLES
from tests.identity.canaries import CANARIES, found_below, found_in, land_canaries, person
from tests.identity.sites import KEY, NEW_KEY, NIGHT, NOW, WOMEN_ONLY, site
from tests.ingest.landing import cells, land
from tests.jobs.commands import arguments, run
from tests.jobs.nights import BUSINESS_DATE, settings_of
from tests.jobs.story import OVERRIDES
from tests.rules.rulebooks import csv_file

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass
class Night:
    """A night over the canaries: where it was, what it said."""

    folder: Path
    said: str


@pytest.fixture(scope="module")
def told(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Night:
    """The gate finds faults and reports them; scratch lies in the folder too."""
    folder = tmp_path_factory.mktemp("identity")
    land_all(folder)
    logged = io.StringIO()
    handler = logging.StreamHandler(logged)
    logging.getLogger().addHandler(handler)
    chosen = load_settings(
        [*OVERRIDES, *NIGHT, f"spark.local_dir={folder / 'spark'}"], environment={"FUNDGUARD_IDENTITY_KEY": KEY}
    )
    load_and_judge(folder / "landing", folder / "rules", folder / "lake", ["2025-03"], BUSINESS_DATE, chosen)
    logging.getLogger().removeHandler(handler)
    return Night(folder, logged.getvalue())


def land_all(folder: Path) -> None:
    """The canaries, and a rule that finds some of them."""
    land_canaries(folder / "landing")
    (folder / "rules").mkdir()
    csv_file(folder / "rules", "V02", cells(WOMEN_ONLY))


@pytest.fixture
def folder(told: Night, tmp_path: Path) -> Path:
    """A copy of the night's folder, to go on from."""
    return shutil.copytree(told.folder, tmp_path / "copy")


def case_of(folder: Path, visit: str) -> str:
    cases = open_lake(folder / "lake", settings_of()).read(CASE_LIST)
    (row,) = cases.where(cases.mdtrt_id == visit).collect()
    return row.case_id


def test_no_person_is_found_in_anything_that_a_night_writes(spark: SparkSession, told: Night, tmp_path: Path) -> None:
    lake, landing = told.folder / "lake", told.folder / "landing"
    for table in TABLES:
        export(lake, table, tmp_path / f"{table}.csv", settings_of())
    export(lake, "psn_d", tmp_path / "psn_d.parquet", settings_of())
    export_cases(lake, Selection("2025-03"), tmp_path / "cases.xlsx", settings_of())
    assert export_rejects(lake, landing, "b1", tmp_path / "rejects.xlsx", settings_of()) == 18
    jr_id = open_lake(lake, settings_of()).read(FINDING).first().jr_id
    texts = [told.said, explain(lake, jr_id, settings_of()), json.dumps(list_rejects(lake, None, settings_of()))]

    # The search finds what is there: all 200 of them in what landed.
    assert len(CANARIES) == 200
    assert set().union(*found_below(landing).values()) == CANARIES
    assert set().union(*(found_in(text.encode()) for text in texts)) == set()
    assert {name for name in found_below(told.folder) if not name.startswith("landing/")} == set()
    assert found_below(tmp_path) == {}


@pytest.mark.long
def test_no_person_is_found_in_what_a_nights_process_says_or_leaves_in_temporary_folders(tmp_path: Path) -> None:
    land_all(tmp_path)
    (tmp_path / "tmp").mkdir()

    done = run(arguments(tmp_path, "2025-03", *NIGHT), FUNDGUARD_IDENTITY_KEY=KEY, TMPDIR=str(tmp_path / "tmp"))

    assert (done.returncode, found_in((done.stdout + done.stderr).encode())) == (0, set())
    assert {name for name in found_below(tmp_path) if not name.startswith("landing/")} == set()


def test_the_person_of_a_case_is_named_to_who_may_and_put_on_record(spark: SparkSession, folder: Path, tmp_path: Path) -> None:
    lake, case_id = folder / "lake", case_of(folder, "m7")
    number, name, certno, tel = person(7)

    with pytest.raises(NotAllowed, match=r"zhao has not the role reveal; roles stand in conf/ under access\.roles"):
        reveal(lake, case_id, "好奇", "zhao", NOW, site(tmp_path))
    assert reveal(lake, case_id, "来信 核实\n", "wang", NOW, site(tmp_path)).splitlines() == [
        f"案件 {case_id}",
        f"姓名 {name}",
        f"证件号码 {certno}",
        f"电话 {tel}",
        f"人员编号 {number}",
        "查阅记录第 2 号，查阅人 wang",
    ]
    assert listed(lake, "li", site(tmp_path)).splitlines() == [
        f"2  2025-04-02 09:30:00  wang  查阅  案件 {case_id}  理由：来信 核实",
        f"1  2025-04-02 09:30:00  zhao  查阅（被拒）  案件 {case_id}  理由：好奇",
    ]
    assert verify(lake, site(tmp_path)) == (2, 0)
    assert found_below(folder / "lake-identity") == {}


def test_a_case_that_is_not_published_names_nobody(spark: SparkSession, told: Night, tmp_path: Path) -> None:
    lake = told.folder / "lake"
    with pytest.raises(BadInput, match="--case none: publication 1 has no such case"):
        reveal(lake, "none", "来信核实", "wang", NOW, site(tmp_path))


@pytest.mark.long
def test_persons_stay_the_same_under_a_new_key(spark: SparkSession, folder: Path, tmp_path: Path) -> None:
    lake = folder / "lake"
    assert rotate(lake, "每年更换", "li", NOW, site(tmp_path, new_key=NEW_KEY)) == 50

    land(folder / "landing", "b4", "mdtrt_d", f"mdtrt_id | psn_no\nm-later | {person(7)[0]}")
    with pytest.raises(BadInput, match="is sealed under another key"):
        load_and_judge(folder / "landing", folder / "rules", lake, ["2025-03"], BUSINESS_DATE, site(tmp_path))
    load_and_judge(folder / "landing", folder / "rules", lake, ["2025-03"], BUSINESS_DATE, site(tmp_path, key=NEW_KEY))
    visits = open_lake(lake, settings_of()).read(MDTRT_D)
    assert len({row.psn_no for row in visits.where("mdtrt_id IN ('m7', 'm-later')").collect()}) == 1
    assert "姓名 " + person(7)[1] in reveal(lake, case_of(folder, "m7"), "来信核实", "wang", NOW, site(tmp_path, key=NEW_KEY))
    # The night kept the head of the one record that there was: the rotation.
    assert verify(lake, site(tmp_path, key=NEW_KEY)) == (2, 1)
