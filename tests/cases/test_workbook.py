"""What stands in the workbook: text stays text, amounts are numbers, nothing runs."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from cases import sheet
from cases.csv_file import write_csv
from cases.fields import CASE_FIELDS
from tests.cases.books import CASE, write_book


def cells(path: Path, name: str, row: int) -> dict[str, object]:
    """Heading → value of one row."""
    rows = list(openpyxl.load_workbook(path)[name].iter_rows(values_only=True))
    return {str(heading): value for heading, value in zip(rows[0], rows[row], strict=True) if value is not None}


def test_text_stays_text_and_amounts_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    assert write_book(path) == {"疑点清单": 2, "明细": 3, "依据": 1}
    assert cells(path, "疑点清单", 1) == {
        "排名": 1,
        "案件类别": "就诊",
        "机构名称": "=1+1",
        "就诊号": "007",
        "疑点数": 1,
        "违规金额": 100,
        "涉及基金": 80.5,
        "预计可追回": 40.25,
        "疑点与依据": "@x\n+1",
        "稽核人": "王",
        "机构编码": "00123",
        "参保人代号": "-1",
        "对象编号": "007",
        "案件编号": "c1",
    }


def test_no_cell_is_a_formula_or_a_link(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_book(path)
    with zipfile.ZipFile(path) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 4
    assert not [text for text in sheets if re.search(r"<f[ >]|<hyperlink", text)]


def test_the_list_is_frozen_filtered_and_offers_the_three_conclusions(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_book(path)
    book = openpyxl.load_workbook(path)
    listed = book["疑点清单"]
    assert book.sheetnames == ["汇总", "疑点清单", "明细", "依据"]
    assert (listed.freeze_panes, listed.auto_filter.ref) == ("B2", "A1:W3")
    rules = {str(rule.sqref): rule.formula1 for rule in listed.data_validations.dataValidation}
    assert rules["O2:O3"] == '"成立,部分成立,不成立"'
    assert listed["G2"].number_format == "#,##0.00"
    assert listed["D2"].number_format == "@"


def test_a_list_longer_than_a_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "LAST_ROW", 1)
    path = tmp_path / "book.xlsx"
    assert write_book(path)["疑点清单"] == 2
    assert cells(path, "疑点清单2", 1)["案件编号"] == "c2"


def test_csv_disarms_formulas_and_keeps_cents(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    assert write_csv(path, CASE_FIELDS, [CASE]) == 1
    head, row = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode().split("\n", 1)
    assert head == ",".join(field.heading for field in CASE_FIELDS)
    assert row == "1,就诊,'=1+1,007,,1,100.00,80.50,40.25,\"'@x\n+1\",,,,,,,,王,,00123,'-1,007,c1\n"
