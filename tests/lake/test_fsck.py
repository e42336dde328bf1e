"""fsck names what is wrong, heals what no publication names, and leaves the rest alone."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from jobs.fsck import fsck
from lake.commits import commit_file, log_folder
from lake.errors import IntegrityFailure, LakeBusy
from lake.lock import one_writer
from lake.startup import check_lake
from tests.lake.written import WrittenLake


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Publication 1 names version 1 of three tables; a later load and a conclusion are not published."""
    lake = WrittenLake(tmp_path / "lake")
    for table in ("batch_file", "fee_list_d", "outcome"):
        lake.commit(table)
        lake.commit(table, [{"value": 1}])
    lake.publish(1, batch_file=1, fee_list_d=1, outcome=1)
    for table in ("fee_list_d", "batch_file", "outcome"):
        lake.commit(table, [{"value": 2}], checkpoint=table == "fee_list_d")
    return lake.folder


def left(lake: Path, table: str) -> list[str]:
    """What lies in a table's log."""
    return sorted(entry.name for entry in log_folder(lake / table).iterdir())


def refused(lake: Path, capsys: pytest.CaptureFixture[str], is_repair: bool = True) -> list[str]:
    """What fsck says of a lake that stays damaged."""
    with pytest.raises(IntegrityFailure) as failure:
        fsck(lake, is_repair)
    assert failure.value.exit_code == 6
    return capsys.readouterr().err.splitlines()


def test_a_whole_lake_is_said_to_be_whole(lake: Path) -> None:
    assert fsck(lake, False) == f"{lake} is whole: 4 tables, 1 publications"


def test_a_torn_load_is_taken_back_with_the_note_that_it_was_loaded(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit_file(lake / "fee_list_d", 2).write_bytes(b"")
    said = (
        "fee_list_d/_delta_log/00000000000000000002.json is empty (zero bytes), its rows would be lost; "
        "no publication names it: `fundguard fsck --repair` takes it back, and the next night makes it again"
    )
    with pytest.raises(IntegrityFailure) as failure:
        check_lake(lake)
    assert str(failure.value) == said
    assert refused(lake, capsys, is_repair=False) == [said]

    assert fsck(lake, True) == f"{lake} is whole: 4 tables, 1 publications"

    published = [f"{version:020d}.{suffix}" for version in (0, 1) for suffix in ("crc", "json")]
    assert left(lake, "fee_list_d") == left(lake, "batch_file") == published
    assert commit_file(lake / "outcome", 2).exists()
    moved = lake / "_fsck" / "1"
    assert commit_file(moved / "fee_list_d", 2).read_bytes() == b""
    assert (moved / "why.txt").read_text(encoding="utf-8") == said + "\n"
    check_lake(lake)


def test_a_damaged_checkpoint_is_moved_away(lake: Path) -> None:
    checkpoint = log_folder(lake / "fee_list_d") / f"{2:020d}.checkpoint.parquet"
    checkpoint.write_bytes(checkpoint.read_bytes()[:50])

    fsck(lake, True)

    assert not checkpoint.exists()
    assert commit_file(lake / "fee_list_d", 2).exists()
    assert commit_file(lake / "batch_file", 2).exists()
    assert not (log_folder(lake / "fee_list_d") / "_last_checkpoint").exists()


@pytest.mark.parametrize(
    ("table", "version"),
    [pytest.param("fee_list_d", 1, id="published"), pytest.param("outcome", 2, id="written by a person")],
)
def test_what_only_a_backup_has_is_named_and_left_alone(
    lake: Path, capsys: pytest.CaptureFixture[str], table: str, version: int
) -> None:
    commit_file(lake / table, version).write_bytes(b"{")
    before = {path: path.read_bytes() for path in lake.rglob("*") if path.is_file()}

    said = refused(lake, capsys)

    assert said[0] == f"{table}/_delta_log/{version:020d}.json is cut off or no JSON: restore it"
    assert {path: path.read_bytes() for path in before} == before


def test_a_table_that_people_write_and_that_lost_its_log_is_left_alone(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = WrittenLake(lake.parent / "other")
    other.commit("outcome", [{"value": 1}])
    shutil.rmtree(log_folder(other.folder / "outcome"))

    assert refused(other.folder, capsys) == ["outcome/_delta_log holds no commit beside data files: restore it"]
    assert (other.folder / "outcome" / "part-0.parquet").exists()


def test_a_publication_that_says_other_rows_is_named(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = WrittenLake(lake.parent / "other")
    other.commit("finding")
    other.commit("finding", [{"value": 1}])
    other.publish(1, finding=2)

    assert refused(other.folder, capsys) == [
        "finding holds 1 rows at version 1, but publication 1 says 2: restore its _delta_log"
    ]


def test_a_sum_that_is_not_as_published_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = WrittenLake(tmp_path)
    written.commit("finding")
    written.commit("finding", [{"vola_amt": Decimal("20.00"), "fund_amt": Decimal("8.00")}])
    stated = {"rows": 1, "vola_amt": "20.00", "fund_amt": "9.00"}
    written.publish(1, finding=stated)

    check_lake(tmp_path)
    assert refused(tmp_path, capsys) == [
        f"finding holds {stated | {'fund_amt': '8.00'}} at version 1, but publication 1 says {stated}"
    ]


def test_a_lake_at_work_is_not_repaired(lake: Path) -> None:
    commit_file(lake / "fee_list_d", 2).write_bytes(b"")
    with one_writer(lake), pytest.raises(LakeBusy):
        fsck(lake, True)
    assert commit_file(lake / "fee_list_d", 2).exists()
