"""Rule files in three formats."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from lake.errors import BadInput
from rules.book.reading import folder_digest
from rules.book.typing import load_rulebook
from tests.rules.rulebooks import loaded, rejects

HEADER = "rule_id,rule_ver,begndate,med_list_codg,allowed_gend,tip\n"
ROWS = [("R1", 1, dt.date(2025, 1, 1), "0102", 2, "限女性"), ("R2", 3, None, "102", 1, None)]
CSV = HEADER + "R1,1,2025-01-01,0102,2,限女性\nR2,3,,102,1,\n"


def a_folder(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    return folder


def write_xlsx(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.strip().split(","))
        for number, (rule_id, version, begins, code, sex, tip) in enumerate(ROWS, start=1):
            sheet.write_row(number, 0, [rule_id, version])
            if begins:
                sheet.write_datetime(number, 2, dt.datetime(2025, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001
            sheet.write(number, 3, 102) if code == "102" else sheet.write_string(number, 3, code)
            sheet.write(number, 4, sex)
            sheet.write(number, 5, tip)


def write_parquet(path: Path) -> None:
    columns = dict(zip(HEADER.strip().split(","), map(list, zip(*ROWS, strict=True)), strict=True))
    table = pa.table(columns)
    floating = table.set_column(1, "rule_ver", table["rule_ver"].cast(pa.float64()))
    pq.write_table(floating.set_column(4, "allowed_gend", pa.array([Decimal("2.00"), Decimal("1.00")])), path)


def test_the_same_content_in_any_format_and_order_has_one_hash(tmp_path: Path) -> None:
    folders = [a_folder(tmp_path, name) for name in ("csv", "gb", "turned", "xlsx", "parquet")]
    (folders[0] / "V02.csv").write_bytes(b"\xef\xbb\xbf" + CSV.encode())
    (folders[1] / "V02.csv").write_bytes(CSV.replace("\n", "\r\n").encode("gb18030"))
    header, first, second = CSV.splitlines()
    (folders[2] / "V02.csv").write_text("\n".join([header, second, "", first]) + "\n", encoding="utf-8")
    write_xlsx(folders[3] / "V02.xlsx")
    write_parquet(folders[4] / "V02.parquet")
    books = [load_rulebook(folder) for folder in folders]
    assert [book.rules["params"].to_pylist() for book in books] == [
        ['{"allowed_gend":"2","med_list_codg":"0102"}', '{"allowed_gend":"1","med_list_codg":"102"}']
    ] * 5
    assert books[0].rules["tip"].to_pylist() == ["限女性", None]
    assert len({book.rulebook_ver for book in books}) == 1
    assert [book.rules["line_no"].to_pylist() for book in books] == [[2, 3], [2, 3], [4, 2], [2, 3], [1, 2]]


def test_another_content_has_another_hash(tmp_path: Path) -> None:
    first, second = a_folder(tmp_path, "first"), a_folder(tmp_path, "second")
    (first / "V02.csv").write_text(CSV, encoding="utf-8")
    (second / "V02.csv").write_text(CSV.replace("102,1", "102,2"), encoding="utf-8")
    assert load_rulebook(first).rulebook_ver != load_rulebook(second).rulebook_ver
    assert folder_digest(first) != folder_digest(second)
    (second / "V02.csv").write_text(CSV, encoding="utf-8")
    assert folder_digest(first) == folder_digest(second)


def test_a_line_number_is_that_of_the_file_even_with_line_breaks_in_cells(tmp_path: Path) -> None:
    text = HEADER + 'R1,1,,XA1,2,"two\nlines"\n,,,,,\nR2,1,,XA1,9,\n'
    (tmp_path / "V02.csv").write_text(text, encoding="utf-8")
    book = load_rulebook(tmp_path)
    assert book.rules["line_no"].to_pylist() == [2]
    assert rejects(book) == [(5, "allowed_gend")]


def test_a_row_that_does_not_fit_the_header_is_refused(tmp_path: Path) -> None:
    (tmp_path / "V02.csv").write_text(HEADER + "R1,1,,XA1,2\nR2,1,,XA1,2,\n", encoding="utf-8")
    book = load_rulebook(tmp_path)
    assert book.rules["rule_id"].to_pylist() == ["R2"]
    assert [(row["line_no"], row["reason"]) for row in book.rejects.to_pylist()] == [
        (2, "the row has 5 cells; it must have 6, as the header")
    ]


def test_an_excel_number_is_its_shortest_decimal(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "V13.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["rule_id", "variant", "med_list_codg", "price_cap"])
        sheet.write_row(1, 0, [7, "cap", 1.0, 0.1])
    [row] = load_rulebook(tmp_path).rules.to_pylist()
    assert (row["rule_id"], row["params"]) == ("7", '{"med_list_codg":"1","price_cap":"0.1","variant":"cap"}')


def test_a_list_column_of_parquet_is_a_list(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"rule_id": ["R1"], "group_a": [["A", "B"]], "group_b": ["C"], "window": ["day"]}),
        tmp_path / "V14.parquet",
    )
    assert load_rulebook(tmp_path).rules["params"].to_pylist() == ['{"group_a":"A;B","group_b":"C","window":"day"}']


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("V02.csv", b"\xff\xfe\x00\x01", "cannot be decoded"),
        ("V02.csv", b"", "rule_id is missing"),
        ("V02.csv", b"rule_id,rule_id,med_list_codg,allowed_gend\n", "stands there twice"),
        ("V02.csv", b'rule_id,med_list_codg,allowed_gend\nR1,"XA1,2\n', "is no CSV"),
        ("V02.xlsx", b"no workbook", "no readable Excel workbook"),
        ("V02.parquet", b"no parquet", "no readable Parquet file"),
    ],
)
def test_an_unreadable_file_refuses_the_rule_base(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=words) as refused:
        load_rulebook(tmp_path)
    assert name in str(refused.value)


def test_two_formats_of_one_type_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such folder"):
        load_rulebook(tmp_path / "none")
    (tmp_path / "V02.parquet").write_bytes(b"")
    with pytest.raises(BadInput, match="in one format"):
        loaded(tmp_path, {"V02": [{"rule_id": "R1"}]})


def test_an_empty_folder_is_an_empty_rule_base(tmp_path: Path) -> None:
    book = load_rulebook(tmp_path)
    assert (book.rules.num_rows, book.rejects.num_rows) == (0, 0)
