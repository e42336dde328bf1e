"""Landing files as they come: encodings, quotes, headers, rows of another width, Parquet, manifests. No Spark."""

import datetime as dt
import hashlib
import json
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.ingest import ingest
from lake.errors import BadInput
from lake.landing.folders import find_files
from lake.landing.identity import pseudonymiser
from lake.landing.stage import StagedFile, stage
from lake.store import Lake
from tests.ingest.landing import complete, land, land_bytes

HMAC_OF_P1 = "f7942635133e102324dd5b0d9ae718f7c7e08261c1028c8025fe9b2666aa03be"
DIAGNOSES = "mdtrt_id,diag_srt_no,diag_code,diag_name\nm1,1,J18,肺炎\n"


@pytest.fixture
def landing(tmp_path) -> Path:
    return tmp_path / "landing"


def staged_file(landing: Path, key: bytes | None = None) -> StagedFile:
    """The only landed file, staged."""
    (landed,) = find_files(landing).files
    return stage(landed, landing.parent / "staging", pseudonymiser("hmac" if key else "clear", key))


def staged(landing: Path, *columns: str) -> list[tuple]:
    rows = pq.read_table(staged_file(landing).path, partitioning=None).select(list(columns)).to_pylist()
    return [tuple(row.values()) for row in rows]


def refusal(landing: Path) -> str:
    """The one line that an ingest of the landing folder ends with; it never reaches Spark."""
    lake = Lake(None, landing.parent / "lake")
    with pytest.raises(BadInput) as refused:
        ingest(lake, landing, "clear", None)
    assert list(lake.path.rglob("*")) == []
    assert refused.value.exit_code == 2
    return str(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        DIAGNOSES.encode("utf-8"),
        DIAGNOSES.encode("utf-8-sig"),
        DIAGNOSES.encode("gb18030"),
        ("\ufeff" + DIAGNOSES).encode("gb18030"),
        DIAGNOSES.replace("\n", "\r\n").encode(),
        DIAGNOSES.rstrip("\n").encode(),
        ("\ufeff" + DIAGNOSES.replace("mdtrt_id", '"mdtrt_id"')).encode(),
        DIAGNOSES.replace("肺炎", '"　肺炎 "').replace("J18", " J18\t").encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "gb18030-bom", "crlf", "no-last-newline", "quoted-header", "blanks"],
)
def test_the_same_rows_whatever_the_bytes(landing, content):
    land_bytes(landing, "b1", "diag_d.csv", content)
    assert staged(landing, "mdtrt_id", "diag_code", "diag_name", "line_no") == [("m1", "J18", "肺炎", 2)]


@pytest.mark.parametrize("content", [b"\xff\xfem\x00d\x00", DIAGNOSES.encode() + b"m2,1,J18,\x80\n"])
def test_bytes_that_are_no_text_are_refused(landing, content):
    land_bytes(landing, "b1", "diag_d.csv", content)
    assert refusal(landing) == "b1/diag_d.csv: is neither UTF-8 nor GB18030"


def test_quotes_may_hold_commas_quotes_and_line_breaks(landing):
    rows = 'mdtrt_id,diag_srt_no,diag_code,diag_name\nm1,1,J18,"a, ""b""\nc"\nm1,2,J19,5" wide\n'
    land_bytes(landing, "b1", "diag_d.csv", rows.encode())
    assert staged(landing, "diag_name", "line_no") == [('a, "b"\nc', 2), ('5" wide', 3)]


def test_a_file_cut_within_quotes_is_refused(landing):
    land_bytes(landing, "b1", "diag_d.csv", (DIAGNOSES + 'm2,1,J18,"肺').encode())
    assert refusal(landing) == "b1/diag_d.csv: a quote that opens at or before line 3 is not closed as RFC 4180 asks"


def test_columns_go_by_name_and_alias(landing):
    land(landing, "b1", "fee_list_d", "inscp_amt | bkkp_sn | mdtrt_id\n7.00 | x | m1")
    assert staged(landing, "mdtrt_id", "feedetl_sn", "inscp_scp_amt") == [("m1", "x", "7.00")]


def test_an_unknown_column_is_named_and_left_out(landing):
    land(landing, "b1", "diag_d", "mdtrt_id | remark | diag_name\nm1 | x | y")
    assert staged_file(landing).unknown_columns == ("remark",)
    assert "remark" not in pq.read_schema(staged_file(landing).path).names


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("mdtrt_id,diag_srt_no", "b1/diag_d.csv: required column diag_code is missing"),
        ("mdtrt_id,diag_srt_no,diag_code,mdtrt_id", "b1/diag_d.csv: column mdtrt_id stands twice in the header"),
        ("", "b1/diag_d.csv: has no header line"),
    ],
)
def test_a_header_that_does_not_fit_is_refused(landing, header, message):
    land_bytes(landing, "b1", "diag_d.csv", header.encode())
    assert refusal(landing) == message


def test_both_spellings_of_a_column_are_refused(landing):
    land(landing, "b1", "mdtrt_d", "dise_codg | dise_no\nM01 | M01")
    assert refusal(landing) == "b1/mdtrt_d.csv: columns dise_codg and dise_no are two spellings of one column"


def test_rows_of_another_width_are_set_aside_and_blank_lines_are_no_rows(landing):
    rows = DIAGNOSES + "m2,1,J18\n\nm3,1,J18,a\nm4,1,J18,b,c\nm5,1,J18,d\n\n"
    land_bytes(landing, "b1", "diag_d.csv", rows.encode())
    assert staged_file(landing).rows == 5
    assert staged(landing, "mdtrt_id", "line_no", "misfit") == [
        ("m1", 2, False),
        ("m3", 5, False),
        ("m5", 7, False),
        (None, 3, True),
        (None, 6, True),
    ]


def test_line_numbers_hold_over_many_blocks(landing, monkeypatch):
    monkeypatch.setattr("lake.landing.csv_rows.BLOCK", 64)
    body = "".join("short\n" if n % 7 == 0 else f"m{n},1,J18,\n" for n in range(2, 200))
    land_bytes(landing, "b1", "diag_d.csv", ("mdtrt_id,diag_srt_no,diag_code,diag_name\n" + body).encode())
    good = [(f"m{n}", n) for n in range(2, 200) if n % 7]
    assert staged(landing, "mdtrt_id", "line_no") == good + [(None, n) for n in range(2, 200) if n % 7 == 0]


def test_a_header_without_rows_is_an_empty_table(landing):
    land_bytes(landing, "b1", "diag_d.csv", b"mdtrt_id,diag_srt_no,diag_code")
    assert staged_file(landing).rows == 0


def land_parquet(landing: Path, table: str, **columns: pa.Array) -> None:
    """One row; required columns that are not given are text."""
    given = {name: pa.array([value]) for name, value in complete(table, "mdtrt_id\nm1")[0].items()} | columns
    path = landing / "b1" / f"{table}.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table(given), path)


def test_typed_parquet_reads_as_the_text_of_a_csv_file(landing):
    at = dt.datetime(2025, 3, 2, 10, 0, 0, 500)  # noqa: DTZ001
    instant = dt.datetime(2025, 3, 2, 2, 0, tzinfo=dt.UTC)
    land_parquet(
        landing,
        "setl_d",
        gend=pa.array([1.0]),
        brdy=pa.array([dt.datetime(1980, 1, 1)]),  # noqa: DTZ001
        begndate=pa.array([dt.date(2025, 3, 1)]),
        enddate=pa.array([at]),
        setl_time=pa.array([instant], pa.timestamp("us", "UTC")),
        medfee_sumamt=pa.array([Decimal("12.340000000000000000")]),
        inscp_scp_amt=pa.array([Decimal("12.345")]),
        hifp_pay=pa.array([Decimal("0.000000000000000000")]),
        vali_flag=pa.array([True]),
        insutype=pa.array([310]),
        setl_id=pa.array([" s1 "]).dictionary_encode(),
    )
    names = ("setl_id", "gend", "brdy", "begndate", "enddate", "setl_time", "insutype", "vali_flag", "line_no")
    assert staged(landing, *names) == [
        ("s1", "1", "1980-01-01", "2025-03-01", "2025-03-02 10:00:00", "2025-03-02 10:00:00", "310", "1", 1)
    ]
    amounts = ("medfee_sumamt", "inscp_scp_amt", "hifp_pay")
    assert staged(landing, *amounts) == [("12.34", "more decimals than the column has", "0.00")]


def test_an_empty_number_in_parquet_is_missing_and_not_one_person(landing):
    land_parquet(landing, "mdtrt_d", psn_no=pa.array([""]))
    assert pq.read_table(staged_file(landing, key=b"k").path, partitioning=None)["psn_no"].to_pylist() == [None]


def test_floating_point_money_is_refused(landing):
    land_parquet(landing, "setl_d", medfee_sumamt=pa.array([0.1]))
    assert refusal(landing) == ("b1/setl_d.parquet: column medfee_sumamt is floating point; it must be text or a decimal")


def test_a_damaged_parquet_file_is_refused(landing):
    land_bytes(landing, "b1", "setl_d.parquet", b"PAR1 nothing")
    assert refusal(landing) == "b1/setl_d.parquet: is not a readable Parquet file"


def test_a_parquet_file_cut_anywhere_is_refused(landing):
    land_parquet(landing, "setl_d")
    path = landing / "b1" / "setl_d.parquet"
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        assert refusal(landing) == "b1/setl_d.parquet: is not a readable Parquet file"


def test_a_csv_file_cut_anywhere_is_refused_by_its_manifest(landing):
    whole = (DIAGNOSES + 'm2,1,J18,"肺\n炎"\n').encode()
    entry = {"rows": 2, "sha256": hashlib.sha256(whole).hexdigest()}
    land_bytes(landing, "b1", "manifest.json", json.dumps({"files": {"diag_d.csv": entry}}).encode())
    for length in range(len(whole)):
        land_bytes(landing, "b1", "diag_d.csv", whole[:length])
        assert refusal(landing).startswith("b1/diag_d.csv: SHA-256 is ")


def test_a_file_that_grows_while_it_is_read_is_refused(landing):
    path = land_bytes(landing, "b1", "diag_d.csv", DIAGNOSES.encode())
    (landed,) = find_files(landing).files
    with path.open("ab") as sender:
        sender.write(b"m2,1,J18,\n")
    with pytest.raises(BadInput, match=r"^b1/diag_d\.csv: was written to while it was read; land it under another name"):
        stage(landed, landing.parent / "staging", pseudonymiser("clear", None))


def test_swapped_columns_are_told_by_their_names(landing):
    land_bytes(landing, "b1", "diag_d.csv", b"diag_code,diag_srt_no,mdtrt_id\nJ18,1,m1\n")
    assert staged(landing, "mdtrt_id", "diag_srt_no", "diag_code") == [("m1", "1", "J18")]


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"diag_d.csv": {"rows": 2}}, "b1/diag_d.csv: holds 1 rows, the manifest says 2"),
        ({"diag_d.csv": {"rows": "1"}}, "b1/manifest.json: rows of diag_d.csv must be a whole number"),
        ({"oprn_d.csv": {"rows": 1}}, "b1/manifest.json: names oprn_d.csv, which is not in the folder"),
        (
            {"diag_d.csv": {"sha256": "00"}},
            f"b1/diag_d.csv: SHA-256 is {hashlib.sha256(DIAGNOSES.encode()).hexdigest()}, the manifest says 00",
        ),
        ([], 'b1/manifest.json: must be JSON like {"files": {"setl_d.csv": {"rows": 10, "sha256": "…"}}}'),
    ],
)
def test_a_manifest_that_disagrees_is_refused(landing, stated, message):
    land_bytes(landing, "b1", "diag_d.csv", DIAGNOSES.encode())
    land_bytes(landing, "b1", "manifest.json", json.dumps({"files": stated}).encode())
    assert refusal(landing) == message


def test_a_manifest_that_agrees_is_accepted(landing):
    land_bytes(landing, "b1", "diag_d.csv", DIAGNOSES.encode())
    entry = {"rows": 1, "sha256": hashlib.sha256(DIAGNOSES.encode()).hexdigest().upper()}
    land_bytes(landing, "b1", "manifest.json", json.dumps({"files": {"diag_d.csv": entry}}).encode())
    assert staged_file(landing).rows == 1


def test_unknown_entries_are_named(landing):
    land_bytes(landing, "b1", "diag_d.csv", DIAGNOSES.encode())
    land_bytes(landing, "b1", "readme.txt", b"")
    land_bytes(landing, ".", "stray.csv", b"")
    assert find_files(landing).unknown == ("stray.csv", "b1/readme.txt")


def test_folders_without_a_delivery_are_refused(landing):
    assert refusal(landing) == f"landing folder {landing} does not exist"
    landing.mkdir()
    assert refusal(landing) == f"landing folder {landing} holds no batch folder"
    (landing / "b1").mkdir()
    assert refusal(landing) == "batch b1: the folder holds no table file"


def test_two_formats_of_one_table_are_refused(landing):
    land_bytes(landing, "b1", "diag_d.csv", DIAGNOSES.encode())
    land_bytes(landing, "b1", "diag_d.parquet", b"")
    assert refusal(landing) == "batch b1: diag_d.csv and diag_d.parquet both hold diag_d; one format per table"


def test_a_bad_later_batch_stops_the_good_one_before_it(landing):
    land_bytes(landing, "b1", "diag_d.csv", DIAGNOSES.encode())
    land_bytes(landing, "b2", "diag_d.csv", b"mdtrt_id,diag_srt_no\nm1,1\n")
    assert refusal(landing) == "b2/diag_d.csv: required column diag_code is missing"


def test_a_persons_number_never_reaches_staging(landing):
    rows = "psn_no,psn_name,certno,tel\n P1 ,李四,310101,138\n,王五,310102,139\nP1,赵六,310103\n"
    land_bytes(landing, "b1", "psn_d.csv", rows.encode())
    table = pq.read_table(staged_file(landing, key=b"k").path, partitioning=None)
    # HMAC-SHA256("k", "P1"), computed with `openssl dgst -sha256 -hmac k`.
    assert table["psn_no"].to_pylist() == [HMAC_OF_P1, None, None]
    assert {"psn_name", "certno", "tel"} & set(table.schema.names) == set()


@pytest.mark.parametrize(
    ("content", "numbers"), [(b"prac_psn_code,psn_no\nD1, P1 \nD2,\n", [HMAC_OF_P1, None]), (b"prac_psn_code\nD1\n", [None])]
)
def test_a_doctors_own_number_never_reaches_staging_and_need_not_come(landing, content, numbers):
    land_bytes(landing, "b1", "prac_psn_d.csv", content)
    assert pq.read_table(staged_file(landing, key=b"k").path, partitioning=None)["psn_no"].to_pylist() == numbers


def test_hmac_without_a_key_is_refused():
    with pytest.raises(BadInput, match="the environment holds no identity key"):
        pseudonymiser("hmac", b"")
