"""The check before any work finds damage without Spark. The lakes here are written as Delta writes them."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from lake.commits import commit_file, log_folder
from lake.errors import IntegrityFailure
from lake.startup import check_whole


def commit(table: Path, version: int, *files: str) -> Path:
    """A commit that adds one data file of four bytes and one row for each name."""
    log_folder(table).mkdir(parents=True, exist_ok=True)
    info = {"operation": "WRITE", "operationMetrics": {"numOutputRows": str(len(files))}}
    actions: list[dict[str, object]] = [{"commitInfo": info}]
    for name in files:
        (table / name).write_bytes(b"data")
        actions.append({"add": {"path": name, "size": 4, "stats": json.dumps({"numRecords": 1})}})
    file = commit_file(table, version)
    file.write_text("\n".join(map(json.dumps, actions)) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def lake_folder(tmp_path: Path) -> Path:
    """A lake with the table finding at version 2."""
    table = tmp_path / "finding"
    for version in range(3):
        commit(table, version, f"part-{version}.parquet")
    return tmp_path


def test_a_whole_lake_and_no_lake_pass(lake_folder: Path) -> None:
    check_whole(lake_folder)
    check_whole(lake_folder / "nowhere")


def test_an_empty_newest_commit_is_found(lake_folder: Path) -> None:
    commit_file(lake_folder / "finding", 2).write_bytes(b"")
    with pytest.raises(IntegrityFailure, match=r"^finding/_delta_log/0{19}2\.json is empty"):
        check_whole(lake_folder)


def test_a_commit_cut_inside_a_line_is_found(lake_folder: Path) -> None:
    file = commit_file(lake_folder / "finding", 2)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(IntegrityFailure, match=r"^finding/_delta_log/0{19}2\.json is cut off"):
        check_whole(lake_folder)


def test_a_commit_that_lost_whole_lines_is_found(lake_folder: Path) -> None:
    file = commit_file(lake_folder / "finding", 2)
    file.write_text(file.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(IntegrityFailure, match=r"accounts for 0 where numOutputRows is 1"):
        check_whole(lake_folder)


def test_a_gap_is_found(lake_folder: Path) -> None:
    commit_file(lake_folder / "finding", 1).unlink()
    with pytest.raises(IntegrityFailure, match=r"0{19}1\.json is missing"):
        check_whole(lake_folder)


def test_a_lost_newest_commit_is_found_by_its_checksum(lake_folder: Path) -> None:
    (log_folder(lake_folder / "finding") / f"{3:020d}.crc").write_text("{}", encoding="utf-8")
    with pytest.raises(IntegrityFailure, match=r"0{19}3\.json is missing"):
        check_whole(lake_folder)


def test_a_missing_data_file_is_found(lake_folder: Path) -> None:
    (lake_folder / "finding" / "part-1.parquet").unlink()
    with pytest.raises(IntegrityFailure, match=r"^finding/part-1\.parquet is missing"):
        check_whole(lake_folder)


def test_a_cut_data_file_is_found(lake_folder: Path) -> None:
    (lake_folder / "finding" / "part-1.parquet").write_bytes(b"da")
    with pytest.raises(IntegrityFailure, match=r"^finding/part-1\.parquet has 2 bytes where the log says 4"):
        check_whole(lake_folder)


def test_a_file_that_a_later_commit_removed_is_not_missed(lake_folder: Path) -> None:
    file = commit(lake_folder / "finding", 3)
    with file.open("a", encoding="utf-8") as log:
        log.write(json.dumps({"remove": {"path": "part-1.parquet"}}) + "\n")
    (lake_folder / "finding" / "part-1.parquet").unlink()
    check_whole(lake_folder)


def test_a_damaged_last_checkpoint_is_found(lake_folder: Path) -> None:
    (log_folder(lake_folder / "finding") / "_last_checkpoint").write_text('{"versi', encoding="utf-8")
    with pytest.raises(IntegrityFailure, match=r"_last_checkpoint is damaged, but all commits are there: `fundguard fsck"):
        check_whole(lake_folder)


def test_a_publication_that_names_a_lost_version_is_found(lake_folder: Path) -> None:
    published = lake_folder / "publications"
    file = commit(published, 0, "part-0.parquet")
    row = {"publication_id": [7], "business_date": [date(2025, 4, 1)], "versions": ['{"finding": 3}'], "contents": ["{}"]}
    parquet.write_table(pa.table(row), published / "part-0.parquet")
    size = (published / "part-0.parquet").stat().st_size
    file.write_text(file.read_text(encoding="utf-8").replace('"size": 4', f'"size": {size}'), encoding="utf-8")
    with pytest.raises(IntegrityFailure, match=r"^finding is at version 2, but publication 7 names 3"):
        check_whole(lake_folder)
