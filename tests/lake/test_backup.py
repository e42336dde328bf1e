"""Backups hold what readers may ask for, once, by digest; what comes back is what was there. Without Spark."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.backup import backup, restore
from jobs.settings import load_settings
from jobs.settings_model import Settings
from lake.backup import kept_files
from lake.commits import commit_file
from lake.errors import BadInput, IntegrityFailure, LakeBusy
from lake.identity.access import Access, AccessLog
from lake.identity.persons import FILE, PersonStore
from lake.startup import check_lake
from tests.lake.written import WrittenLake

KEY = b"of the tests"


@pytest.fixture
def lake(tmp_path: Path) -> WrittenLake:
    """Two publications of findings, a conclusion, and what a killed run left."""
    made = WrittenLake(tmp_path / "lake")
    for table in ("finding", "outcome"):
        made.commit(table)
    for number in (1, 2):
        made.commit("finding", [{"vola_amt": None, "fund_amt": None, "value": number}], replaces=True, checkpoint=number == 2)
        made.publish(number, finding=1, outcome=0)
    made.commit("outcome", [{"value": 7}])
    (made.folder / "finding" / "part-of-a-killed-run.parquet").write_bytes(b"half")
    (made.folder / "_gate").mkdir()
    (made.folder / "_gate" / "gate-2025-04-01.html").write_text("闸门", encoding="utf-8")
    return made


@pytest.fixture
def settings() -> Settings:
    return load_settings(environment={})


def contents(folder: Path) -> dict[str, bytes]:
    """The tables and reports below a folder, without the records of runs."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".writer.lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if "_runs" not in path.parts}


def copied(said: str) -> int:
    """New bytes, as the job says them."""
    return int(said.split(" bytes, ")[1].split(" new")[0].replace(",", ""))


def test_a_restored_lake_is_the_lake_without_what_nothing_names(lake: WrittenLake, tmp_path: Path, settings: Settings) -> None:
    backup(lake.folder, tmp_path / "store", None, settings)
    restore(tmp_path / "store", tmp_path / "restored", None, None, False, settings)

    expected = contents(lake.folder)
    del expected["finding/part-of-a-killed-run.parquet"]
    del expected["finding/_delta_log/_last_checkpoint"]
    assert contents(tmp_path / "restored") == expected
    check_lake(tmp_path / "restored")


def test_what_is_there_already_is_not_copied_again(lake: WrittenLake, tmp_path: Path, settings: Settings) -> None:
    store = tmp_path / "store"
    first = backup(lake.folder, store, None, settings)
    again = backup(lake.folder, store, None, settings)
    lake.commit("outcome", [{"value": 8}])
    third = backup(lake.folder, store, None, settings)

    assert first.startswith("backup 1 of publication 2: ")
    assert again.startswith("backup 1 of publication 2: ")
    assert copied(again) == 0
    assert third.startswith("backup 2 of publication 2: ")
    new = [
        path
        for path, _ in lake.files
        if path.name in ("part-2.parquet", f"{2:020d}.json", f"{2:020d}.crc") and path.parts[0] == "outcome"
    ]
    record_of_runs = sum(path.stat().st_size for path in (lake.folder / "_runs").iterdir())
    tables = sum((lake.folder / path).stat().st_size for path in new)
    assert tables <= copied(third) <= tables + record_of_runs


def test_an_older_backup_comes_back_too(lake: WrittenLake, tmp_path: Path, settings: Settings) -> None:
    store = tmp_path / "store"
    before = contents(lake.folder).keys()
    backup(lake.folder, store, None, settings)
    lake.commit("outcome", [{"value": 8}])
    # A commit that fsck took back and a night made anew has the same name and other content.
    commit_file(lake.folder / "finding", 1).write_bytes(commit_file(lake.folder / "finding", 1).read_bytes() + b'{"note": 1}\n')
    backup(lake.folder, store, None, settings)

    restore(store, tmp_path / "restored", 1, None, False, settings)

    left_out = {"finding/part-of-a-killed-run.parquet", "finding/_delta_log/_last_checkpoint"}
    assert contents(tmp_path / "restored").keys() == before - left_out
    assert b"note" not in commit_file(tmp_path / "restored" / "finding", 1).read_bytes()


@pytest.mark.parametrize("fault", ["missing", "changed"])
def test_a_damaged_backup_is_named_and_nothing_is_restored(
    lake: WrittenLake, tmp_path: Path, settings: Settings, fault: str
) -> None:
    store = tmp_path / "store"
    backup(lake.folder, store, None, settings)
    content = (lake.folder / "outcome" / "part-1.parquet").read_bytes()
    (held,) = (path for path in (store / "files").rglob("*") if path.is_file() and path.read_bytes() == content)
    held.write_bytes(b"x" + content[1:]) if fault == "changed" else held.unlink()

    for is_check in (True, False):
        with pytest.raises(IntegrityFailure, match=r"outcome/part-1\.parquet"):
            restore(store, tmp_path / "restored", None, None, is_check, settings)
    assert not (tmp_path / "restored").exists()


def test_a_backup_that_was_cut_off_is_none_and_the_next_is_whole(lake: WrittenLake, tmp_path: Path, settings: Settings) -> None:
    store = tmp_path / "store"
    backup(lake.folder, store, None, settings)
    (store / "backups" / "000001.json").unlink()  # written last
    for left in list((store / "files").rglob("*"))[::3]:
        left.unlink() if left.is_file() else None

    with pytest.raises(BadInput, match="no such backup; there are none"):
        restore(store, tmp_path / "restored", None, None, False, settings)
    backup(lake.folder, store, None, settings)
    assert restore(store, tmp_path / "lake", None, None, True, settings).endswith("as they were backed up")


def test_a_lake_that_is_there_is_not_written_over(lake: WrittenLake, tmp_path: Path, settings: Settings) -> None:
    backup(lake.folder, tmp_path / "store", None, settings)
    before = contents(lake.folder)
    with pytest.raises(BadInput, match="is there already"):
        restore(tmp_path / "store", lake.folder, None, None, False, settings)
    assert contents(lake.folder) == before


def test_files_of_expired_publications_are_not_backed_up(lake: WrittenLake) -> None:
    lake.commit("publication_expired")
    lake.commit("publication_expired", [{"publication_id": 1}])

    data = [path.relative_to(lake.folder).as_posix() for path in kept_files(lake.folder) if path.suffix == ".parquet"]
    assert [path for path in data if path.startswith("finding/part")] == ["finding/part-2.parquet"]


def persons_of(lake: Path) -> PersonStore:
    return PersonStore(lake.with_name(f"{lake.name}-identity"), KEY, make=True)


def test_who_the_persons_are_is_kept_apart_and_comes_back_with_its_access_records(
    lake: WrittenLake, tmp_path: Path, settings: Settings
) -> None:
    with persons_of(lake.folder) as persons:
        with persons.changes():
            persons.keep("b1", pa.array(["h1"]), {"psn_no": pa.array(["P1"]), "psn_name": pa.array(["王"])})
        AccessLog(persons).add(Access("2025-04-01 10:00:00", "wang", "reveal", True, "核实"))
    store, apart = tmp_path / "store", tmp_path / "apart"

    with pytest.raises(BadInput, match="--identity-to"):
        backup(lake.folder, store, None, settings)
    for inside in (store / "persons", lake.folder / "persons"):
        with pytest.raises(BadInput, match="lies within"):
            backup(lake.folder, store, inside, settings)
    for _ in range(2):
        backup(lake.folder, store, apart, settings)
    restore(store, tmp_path / "restored", None, apart / "000001", False, settings)

    assert not [path for path in store.rglob("*") if FILE in path.name]
    with PersonStore(tmp_path / "restored-identity", KEY) as persons:
        assert persons.find("h1") == {"psn_no": "P1", "psn_name": "王"}
        assert [record.by for record in AccessLog(persons).records()] == ["wang"]
    assert os.stat(tmp_path / "restored-identity" / FILE).st_mode & 0o077 == 0


def test_a_copy_of_persons_that_was_changed_is_refused_before_the_lake_is_restored(
    lake: WrittenLake, tmp_path: Path, settings: Settings
) -> None:
    persons_of(lake.folder).close()
    backup(lake.folder, tmp_path / "store", tmp_path / "apart", settings)
    with (tmp_path / "apart" / "000001" / FILE).open("ab") as file:
        file.write(b"x")

    with pytest.raises(IntegrityFailure, match=r"persons\.sqlite: is not what was backed up"):
        restore(tmp_path / "store", tmp_path / "restored", None, tmp_path / "apart" / "000001", False, settings)
    assert not (tmp_path / "restored").exists()


def test_a_store_that_is_being_written_to_is_busy(
    lake: WrittenLake, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lake.identity.copies.WAIT", 0.05)
    persons_of(lake.folder).close()
    with sqlite3.connect(tmp_path / "lake-identity" / FILE, isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(LakeBusy, match="another process writes to the identity store"):
            backup(lake.folder, tmp_path / "store", tmp_path / "apart", settings)
