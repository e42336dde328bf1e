"""A second night judges whom its rows touch, and replaces the months that this moves."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jobs.nightly import load_and_judge
from jobs.spark import open_lake
from lake.publications import Publication
from lake.tables import BILL_LINE, FINDING, REFUSE_LIST
from tests.ingest.landing import land
from tests.jobs.nights import BUSINESS_DATE, exported, settings_of, table_versions
from tests.jobs.story import land_batches, write_rules
from tests.jobs.test_nightly import jr

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# The lotion of m3 was billed twice as dear; nothing else of p1 came, and nothing of p2.
CORRECTED = """
    mdtrt_id | feedetl_sn | setl_id | psn_no | med_list_codg | hilist_name | fee_ocur_time       | cnt | pric | det_item_fee_sumamt | inscp_scp_amt
    m3       | e          | s3      | p1     | XA01          | 妇科洗液    | 2025-03-20 09:00:00 | 1   | 5.00 | 5.00                | 4.00
    """  # noqa: E501 - a table reads best whole
# An institution's level is read by the bills of everyone.
REGISTER = "fixmedins_code | hosp_lv\nh1 | 5"
JUDGED = "judging again the bills of 1 persons"


def judged(folder: Path) -> Publication:
    """A night that asks for both months of the story."""
    months = ["2025-02", "2025-03"]
    settings = settings_of("audit.touched_only=true")
    return load_and_judge(folder / "landing", folder / "rules", folder / "lake", months, BUSINESS_DATE, settings)


@pytest.fixture(scope="module")
def told(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The story's lake after one night."""
    folder = tmp_path_factory.mktemp("touched")
    land_batches(folder / "landing", "b1", "b2")
    write_rules(folder / "rules")
    judged(folder)
    return folder


@pytest.fixture
def folder(told: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Path:
    """A copy of it, to go on from."""
    caplog.set_level(logging.INFO)
    return shutil.copytree(told, tmp_path / "touched")


def test_a_night_judges_whom_its_rows_touch(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    before, lake = exported(folder), open_lake(folder / "lake", settings_of())
    versions = lake.versions()
    land(folder / "landing", "b3", "fee_list_d", CORRECTED)

    published = judged(folder)

    assert JUDGED in caplog.messages
    assert published.judged_months == ["2025-02", "2025-03"]
    for table in (BILL_LINE, FINDING, REFUSE_LIST):
        assert lake.changed_slices(table, versions[table.name]) == {"2025-03"}
    after = exported(folder)
    moved = {name: _moved(before[name], after[name]) for name in ("finding_detl", "refuse_list", "coverage")}
    jr_id = jr("R1", "m3|e")
    assert moved == {
        "finding_detl": {
            f"-{jr_id},m3,e,1,1.0000,10.00,8.00,4.00,2025-03",
            f"+{jr_id},m3,e,1,1.0000,5.00,4.00,2.00,2025-03",
        },
        "refuse_list": {f"-2025-03,m3,s3,e,{jr_id},R1,10.00,8.00,4.00", f"+2025-03,m3,s3,e,{jr_id},R1,5.00,4.00,2.00"},
        "coverage": set(),
    }
    assert len(_moved(before["finding"], after["finding"])) == 2

    written = table_versions(folder / "lake")
    assert judged(folder) == published
    assert table_versions(folder / "lake") == written


def test_a_register_that_everyone_reads_has_the_whole_judged(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    land(folder / "landing", "b3", "fixmedins_d", REGISTER)
    judged(folder)
    assert "judging 2025-02, 2025-03" in caplog.messages
    caplog.clear()

    # The same content again, by another batch.
    land(folder / "landing", "b4", "fixmedins_d", REGISTER)
    judged(folder)
    assert "judging again the bills of 0 persons" in caplog.messages


def _moved(before: str, after: str) -> set[str]:
    """The lines that went (-) and came (+)."""
    old, new = set(before.splitlines()), set(after.splitlines())
    return {f"-{line}" for line in old - new} | {f"+{line}" for line in new - old}
