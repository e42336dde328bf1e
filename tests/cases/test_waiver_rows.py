"""Files of waivers are read row by row; what is granted, expired and revoked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cases.waiver_files import filled_rows
from cases.waiver_list import listed
from cases.waiver_rows import HEADINGS, Waiver, WaiverReject, checked, in_force, new_rows, revocation
from lake.errors import BadInput
from tests.cases.tables import TYPES

EXPIRY = dt.date(2025, 6, 30)
ROW = {"规则类型": "V02", "理由": "试点", "批准人": "王", "有效期至": "2025-06-30"}


def known(rule_ids: Sequence[str]) -> set[str]:
    return {"R1"} & set(rule_ids)


def book(path: Path, *rows: dict[str, Any]) -> Path:
    """A workbook with all headings and these rows."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(list(HEADINGS))
    for row in rows:
        sheet.append([row.get(heading) for heading in HEADINGS])
    workbook.save(path)
    return path


def test_a_waiver_of_a_rule_and_one_of_a_type(tmp_path: Path) -> None:
    narrow = {
        "规则编号": "R1", "机构编码": 33010, "诊断前缀": "j18.9", "期间起": dt.datetime(2025, 3, 1), "期间止": "2025/03/31",  # noqa: DTZ001
        "理由": "新院区过渡", "批准人": "李", "有效期至": EXPIRY,
    }  # fmt: skip
    path = book(tmp_path / "waivers.xlsx", narrow, {}, ROW)

    march = (dt.date(2025, 3, 1), dt.date(2025, 3, 31))
    assert checked(filled_rows(path), known, TYPES) == (
        [
            Waiver("R1", None, "33010", "J18.9", *march, "新院区过渡", "李", EXPIRY),
            Waiver(None, "V02", None, None, None, None, "试点", "王", EXPIRY),
        ],
        [],
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "waivers.csv"
    path.write_text(",".join(ROW) + "\n\n" + ",".join(ROW.values()) + "\n", encoding=encoding)

    assert filled_rows(path) == [(3, {HEADINGS[heading]: value for heading, value in ROW.items()})]


@pytest.mark.parametrize(
    ("changed", "column", "reason"),
    [
        ({"规则类型": None}, "规则编号", "规则编号与规则类型应填且只填一个"),
        ({"规则编号": "R1"}, "规则编号", "规则编号与规则类型应填且只填一个"),
        ({"规则编号": "R9", "规则类型": None}, "规则编号", "规则库和疑点中都没有这条规则"),
        ({"规则类型": "V99"}, "规则类型", "没有这个规则类型，应如 V02 或 S01"),
        ({"诊断前缀": "J18;J15"}, "诊断前缀", "应为一个诊断编码或其开头，如 J18 或 J18.9"),
        ({"诊断前缀": "18"}, "诊断前缀", "应为一个诊断编码或其开头，如 J18 或 J18.9"),
        ({"期间起": "三月"}, "期间起", "不是日期，应如 2025-03-31"),
        ({"期间起": "2025-03-02", "期间止": "2025-03-01"}, "期间止", "早于期间起"),
        ({"理由": " "}, "理由", "未填写"),
        ({"批准人": None}, "批准人", "未填写"),
        ({"有效期至": None}, "有效期至", "未填写"),
        ({"有效期至": "2025-02-30"}, "有效期至", "不是日期，应如 2025-03-31"),
    ],
)
def test_a_row_that_does_not_hold_is_set_aside(tmp_path: Path, changed: dict[str, Any], column: str, reason: str) -> None:
    path = book(tmp_path / "waivers.xlsx", ROW, ROW | changed)

    waivers, rejects = checked(filled_rows(path), known, TYPES)

    assert (len(waivers), rejects) == (1, [WaiverReject(3, column, reason)])


@pytest.mark.parametrize(
    ("headings", "message"),
    [
        (["规则类型", "机构代码", "理由", "批准人", "有效期至"], "heading 机构代码 is unknown"),
        (["规则类型", "理由", "理由", "批准人", "有效期至"], "heading 理由 is unknown or stands there twice"),
        (["规则类型", "理由", "批准人"], "column 有效期至 is missing"),
    ],
)
def test_a_heading_that_would_widen_every_waiver_refuses_the_file(tmp_path: Path, headings: list[str], message: str) -> None:
    path = tmp_path / "waivers.csv"
    path.write_text(",".join(headings) + "\n", encoding="utf-8")

    with pytest.raises(BadInput, match=message):
        filled_rows(path)


def test_files_that_are_none_are_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "notes.xlsx").write_text("豁免")
    for name, message in (("notes.xlsx", "not an Excel workbook"), ("notes.txt", "must end in"), ("gone.csv", "no such file")):
        with pytest.raises(BadInput, match=message):
            filled_rows(tmp_path / name)


FIRST = Waiver("R1", None, None, None, None, None, "试点", "王", EXPIRY)
SECOND = Waiver(None, "S01", "H1", "J18", dt.date(2025, 3, 1), None, "专科", "李", dt.date(2025, 7, 1))


def test_importing_again_adds_nothing_and_a_revoked_waiver_stays_revoked() -> None:
    rows = new_rows([FIRST, SECOND, FIRST], [])
    assert [(row["waiver_id"], row["seq"]) for row in rows] == [(FIRST.waiver_id, 1), (SECOND.waiver_id, 2)]
    assert new_rows([SECOND], rows) == []

    rows.append(revocation(FIRST.waiver_id, "试点结束", rows))

    assert rows[-1] == {"waiver_id": FIRST.waiver_id, "stas": "revoked", "reason": "试点结束", "seq": 3}
    assert new_rows([FIRST], rows) == []
    assert in_force(rows, EXPIRY) == [rows[1]]


def test_a_waiver_counts_up_to_and_on_its_last_day() -> None:
    rows = new_rows([FIRST, SECOND], [])

    assert in_force(rows, EXPIRY) == rows
    assert in_force(rows, EXPIRY + dt.timedelta(days=1)) == [rows[1]]
    assert in_force(rows, dt.date(2025, 7, 2)) == []


def test_the_list_says_state_scope_and_grounds() -> None:
    rows = new_rows([FIRST, SECOND], [])
    rows.append(revocation(SECOND.waiver_id, "撤科", rows))

    assert listed(rows, dt.date(2025, 7, 1), {FIRST.waiver_id: 3}).splitlines() == [
        f"{SECOND.waiver_id}  已撤销  规则类型 S01，机构 H1，诊断 J18，期间 2025-03-01 至 不限",
        "    理由：专科；批准人：李；有效期至 2025-07-01；最近一次发布中已豁免疑点 0 条",
        "    撤销理由：撤科",
        f"{FIRST.waiver_id}  已过期  规则 R1",
        "    理由：试点；批准人：王；有效期至 2025-06-30；最近一次发布中已豁免疑点 3 条",
    ]
    assert listed([], EXPIRY, {}) == "没有豁免"
