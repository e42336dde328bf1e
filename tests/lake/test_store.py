"""Slices are replaced whole, commits are checked, and a reader sees what was published."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row

from lake.commits import commit_file, log_folder
from lake.errors import IntegrityFailure
from lake.publications import last, publish, read_published
from lake.startup import check_lake
from lake.store import Lake
from lake.tables import BATCH_FILE, CODE_DICT, COVERAGE, PSN_D, PUBLICATIONS, TABLES
from lake.tables.schema import Table
from rules.engines.duck import DuckEngine
from tests.lake.written import WrittenLake

MARCH = "month = '2025-03'"


def frame(lake: Lake, table: Table, *rows: dict[str, Any]) -> DataFrame:
    """The rows as a frame of the table; columns that are not named are empty."""
    listed = [tuple(row.get(name) for name in table.names) for row in rows]
    return lake.spark.createDataFrame(listed, table.spark_schema())


def coverage(lake: Lake, *rows: tuple[str, str, str]) -> DataFrame:
    """Rows of coverage from (month, rule type, state)."""
    return frame(lake, COVERAGE, *({"month": m, "rule_type_id": t, "state": s} for m, t, s in rows))


def states(rows: DataFrame) -> list[tuple[str, str, str]]:
    return sorted((row.month, row.rule_type_id, row.state) for row in rows.collect())


def test_a_slice_is_replaced_and_the_others_stay(lake: Lake) -> None:
    assert not lake.exists(COVERAGE)
    assert states(lake.read(COVERAGE)) == []
    lake.replace(COVERAGE, coverage(lake, ("2025-02", "V01", "evaluated")), "month = '2025-02'")
    lake.replace(COVERAGE, coverage(lake, ("2025-03", "V01", "held_back"), ("2025-03", "V02", "evaluated")), MARCH)
    assert lake.replace(COVERAGE, coverage(lake, ("2025-03", "V01", "evaluated")), MARCH) == 1
    assert states(lake.read(COVERAGE)) == [("2025-02", "V01", "evaluated"), ("2025-03", "V01", "evaluated")]
    assert states(lake.read(COVERAGE, version=2))[1:] == [
        ("2025-03", "V01", "held_back"),
        ("2025-03", "V02", "evaluated"),
    ]
    assert lake.replace(COVERAGE, coverage(lake), MARCH) == 0
    assert states(lake.read(COVERAGE)) == [("2025-02", "V01", "evaluated")]
    check_lake(lake.path)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(("2025-04", "V01", "evaluated"), "outside the slice", id="another month"),
        pytest.param(("", "V01", "evaluated"), "refused, a row", id="empty partition"),
        pytest.param(("2025-03", None, "evaluated"), "no value in a key or partition column", id="key missing"),
    ],
)
def test_a_stray_row_is_refused_without_its_values(lake: Lake, row: tuple[str, str, str], reason: str) -> None:
    lake.replace(COVERAGE, coverage(lake, ("2025-03", "V01", "evaluated")), MARCH)
    with pytest.raises(IntegrityFailure, match=reason) as refused:
        lake.replace(COVERAGE, coverage(lake, ("2025-03", "V02", "secret"), row), MARCH)
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)
    assert lake.version(COVERAGE) == 1
    assert states(lake.read(COVERAGE)) == [("2025-03", "V01", "evaluated")]


def test_an_equal_slice_is_left_alone(lake: Lake) -> None:
    rows = [("2025-03", "V01", "evaluated"), ("2025-03", "V02", "held_back")]
    assert lake.replace_changed(COVERAGE, coverage(lake, *rows), MARCH)
    assert not lake.replace_changed(COVERAGE, coverage(lake, *reversed(rows)), MARCH)
    assert lake.version(COVERAGE) == 1
    assert lake.replace_changed(COVERAGE, coverage(lake, rows[0]), MARCH)
    assert states(lake.read(COVERAGE)) == rows[:1]


def test_the_log_says_without_spark_what_spark_reads(lake: Lake) -> None:
    assert (lake.data_files(BATCH_FILE), lake.rows(BATCH_FILE), lake.held(BATCH_FILE, ["file"]).num_rows) == ([], 0, 0)
    # The names of batches are those of folders, which Delta writes in an escape of its own, and once more in its log.
    for batch_id in ("2025-03", "A院 3:1%", "a=b/c"):
        files = [{"batch_id": batch_id, "file": name, "table_name": "setl_d", "rows_kept": 7} for name in ("1.csv", "2.csv")]
        lake.replace(BATCH_FILE, frame(lake, BATCH_FILE, *files), f"batch_id = '{batch_id}'")
    lake.replace(BATCH_FILE, frame(lake, BATCH_FILE), "batch_id = '2025-03'")

    assert [Path(file).is_file() for file in lake.data_files(BATCH_FILE)] == [True, True]
    assert lake.rows(BATCH_FILE) == lake.read(BATCH_FILE).count() == 4
    assert lake.columns(BATCH_FILE) == lake.read(BATCH_FILE).columns
    columns = ["batch_id", "file", "rows_kept"]
    for version in (None, 1, 3):
        spark = [row.asDict() for row in lake.read(BATCH_FILE, version).select(columns).collect()]
        assert by_key(lake.held(BATCH_FILE, columns, version).to_pylist()) == by_key(spark)
    engine = DuckEngine()
    engine.register_files("files", lake.data_files(BATCH_FILE), BATCH_FILE.partition)
    assert by_key(engine.arrow("files").select(columns).to_pylist()) == by_key(lake.held(BATCH_FILE, columns).to_pylist())


def by_key(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["batch_id"], row["file"]))


def test_of_a_damaged_log_nothing_is_said(tmp_path: Path) -> None:
    written = WrittenLake(tmp_path)
    written.commit("batch_file")
    written.commit("batch_file", [{"file": "1.csv"}])
    commit_file(tmp_path / "batch_file", 1).write_bytes(b"")
    lake = Lake(lambda: pytest.fail("started Spark"), tmp_path)

    assert lake.data_files(BATCH_FILE, version=0) == []
    with pytest.raises(IntegrityFailure, match=r"1\.json is empty"):
        lake.rows(BATCH_FILE)


def test_a_value_that_moves_to_the_next_column_is_a_change(lake: Lake) -> None:
    key = {"month": "2025-03", "rule_type_id": "V01"}
    lake.replace_changed(COVERAGE, frame(lake, COVERAGE, key | {"state": "x"}), MARCH)
    assert lake.replace_changed(COVERAGE, frame(lake, COVERAGE, key | {"reason": "x"}), MARCH)


def test_a_table_is_made_where_a_killed_run_had_begun_to(lake: Lake) -> None:
    (lake.folder(CODE_DICT) / "_delta_log" / "_staged_commits").mkdir(parents=True)
    (lake.folder(CODE_DICT) / "_delta_log" / ".00000000000000000000.json.tmp").write_bytes(b"{")
    check_lake(lake.path)
    lake.append(CODE_DICT, frame(lake, CODE_DICT, {"kind": "med", "code": "XA", "code_key": 1}))
    assert lake.read(CODE_DICT).count() == 1


def test_a_commit_that_does_not_hold_what_was_staged_is_an_error(lake: Lake) -> None:
    lake.append(CODE_DICT, frame(lake, CODE_DICT, {"kind": "med", "code": "XA", "code_key": 1}))
    with pytest.raises(IntegrityFailure, match="version 1 holds 1 new rows, 2 were staged"):
        lake._check_commit(CODE_DICT, before=0, staged=2)
    with pytest.raises(IntegrityFailure, match="moved version -1 to 1, not to 0"):
        lake._check_commit(CODE_DICT, before=-1, staged=1)


def person(number: str, batch: str, **facts: Any) -> dict[str, Any]:
    return {"psn_no": number, "batch_id": batch, "file": "psn_d.csv", "line_no": 2} | facts


def load(lake: Lake, batch: str, *persons: dict[str, Any]) -> None:
    lake.replace(PSN_D, frame(lake, PSN_D, *persons), f"batch_id = '{batch}'")


def test_the_log_tells_nothing_about_a_person(lake: Lake) -> None:
    load(lake, "b10", person("person-17", "b10", gend="1", brdy=date(1986, 5, 4)))
    bill_line = {"month": "2025-03", "mdtrt_id": "visit-17", "feedetl_sn": "1", "psn_no": "person-17"}
    bill_line |= {"brdy": date(1986, 5, 4), "fee_date": date(2025, 3, 10), "code_key": 5}
    lake.replace(TABLES["bill_line"], frame(lake, TABLES["bill_line"], bill_line), MARCH)
    logs = [file.read_text(encoding="utf-8") for file in lake.path.glob("*/_delta_log/*.json")]
    assert len(logs) == 4
    assert not [word for word in ("person-17", "visit-17", "1986-05-04") if any(word in log for log in logs)]
    assert any('\\"minValues\\":{\\"fee_date\\":\\"2025-03-10\\"' in log for log in logs)


def test_a_time_of_the_lost_summer_hour_comes_back_as_it_went(lake: Lake) -> None:
    lost_hour = datetime(1986, 5, 4, 2, 30)  # noqa: DTZ001 - times carry no zone
    line = {"month": "1986-05", "mdtrt_id": "v", "feedetl_sn": "1", "fee_time": lost_hour}
    lake.replace(TABLES["bill_line"], frame(lake, TABLES["bill_line"], line), "month = '1986-05'")
    assert lake.read(TABLES["bill_line"]).select("fee_time").collect() == [Row(fee_time=lost_hour)]


def test_readers_see_the_last_publication_and_nothing_after_it(lake: Lake) -> None:
    night = {"business_date": date(2025, 4, 1), "month": "2025-03", "judged_months": ["2025-03", "2025-02"]}
    book = {"rulebook_ver": "r1", "settings_digest": "s1"}
    assert last(lake) is None
    assert states(read_published(lake, COVERAGE)) == []
    lake.replace(COVERAGE, coverage(lake, ("2025-03", "V01", "evaluated")), MARCH)
    first = publish(lake, **night, **book)
    assert (first.publication_id, first.judged_months, first.versions) == (1, ["2025-02", "2025-03"], {"coverage": 1})
    assert publish(lake, **night, **book) == first == last(lake)
    assert lake.version(PUBLICATIONS) == 1
    # A later night that is killed before it publishes:
    lake.replace(COVERAGE, coverage(lake, ("2025-03", "V01", "held_back")), MARCH)
    lake.append(CODE_DICT, frame(lake, CODE_DICT, {"kind": "med", "code": "XA", "code_key": 1}))
    assert states(read_published(lake, COVERAGE)) == [("2025-03", "V01", "evaluated")]
    assert read_published(lake, CODE_DICT).collect() == []
    second = publish(lake, **night, **book)
    assert (second.publication_id, second.versions) == (2, {"code_dict": 1, "coverage": 2})
    assert states(read_published(lake, COVERAGE)) == [("2025-03", "V01", "held_back")]
    assert states(read_published(lake, COVERAGE, first)) == [("2025-03", "V01", "evaluated")]


def test_damage_to_a_real_table_is_found(lake: Lake) -> None:
    for state in [f"state {n}" for n in range(20)]:
        lake.append(COVERAGE, coverage(lake, ("2025-03", "V01", state)))
    check_lake(lake.path)
    checkpoint = log_folder(lake.folder(COVERAGE)) / f"{20:020d}.checkpoint.parquet"
    whole = checkpoint.read_bytes()
    checkpoint.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(IntegrityFailure, match=r"checkpoint\.parquet is damaged, but all commits are there"):
        check_lake(lake.path)
    checkpoint.write_bytes(whole)
    newest = commit_file(lake.folder(COVERAGE), 20)
    lines = newest.read_text(encoding="utf-8").splitlines()
    newest.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    with pytest.raises(IntegrityFailure, match=r"0{18}20\.json accounts for 0 where numOutputRows is 1"):
        check_lake(lake.path)
    newest.write_bytes(b"")
    with pytest.raises(IntegrityFailure, match=r"0{18}20\.json is empty"):
        check_lake(lake.path)
    newest.write_bytes("".join(f"{line}\n" for line in lines).encode())
    check_lake(lake.path)
