"""Filled workbooks come back row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cases.outcome_rows import Outcome, OutcomeReject, Target
from cases.outcomes import new_outcomes, read_outcomes
from lake.errors import BadInput
from tests.cases.books import write_book

DAY = dt.date(2025, 4, 2)
AMOUNTS = {
    Target("c1"): Decimal("100.00"),
    Target("c1", "f1"): Decimal("100.00"),
    Target("c1", "f1", "007", "01"): Decimal("60.00"),
}


def known(targets: Sequence[Target]) -> dict[Target, Decimal]:
    return {target: AMOUNTS[target] for target in targets if target in AMOUNTS}


def fill(path: Path, sheet: str, row: int, **entries: Any) -> None:
    """Writes into the entry columns of one row, by their headings, as an auditor would."""
    book = openpyxl.load_workbook(path)
    headings = [cell.value for cell in book[sheet][1]]
    for heading, value in entries.items():
        book[sheet].cell(row, headings.index(heading) + 1, value)
    book.save(path)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    write_book(path)
    return path


def test_an_untouched_workbook_concludes_nothing(book: Path) -> None:
    assert read_outcomes(book, known) == ([], [])


def test_a_case_a_finding_and_a_line_can_be_concluded(book: Path) -> None:
    fill(book, "疑点清单", 2, 结论="成立", 日期=DAY)
    fill(book, "明细", 2, 结论="部分成立", 认定金额=33.1, 理由="仅首日", 日期="2025/04/02")
    fill(book, "明细", 3, 结论="不成立", 稽核人="李", 日期=dt.datetime(2025, 4, 2, 9, 30))  # noqa: DTZ001 - Excel has no zone
    assert read_outcomes(book, known) == (
        [
            Outcome("c1", None, None, None, "成立", Decimal("100.00"), None, "王", DAY),
            Outcome("c1", "f1", None, None, "部分成立", Decimal("33.10"), "仅首日", "王", DAY),
            Outcome("c1", "f1", "007", "01", "不成立", Decimal("0.00"), None, "李", DAY),
        ],
        [],
    )


@pytest.mark.parametrize(
    ("entries", "column", "reason"),
    [
        ({"结论": "基本成立"}, "结论", "应为 成立、部分成立 或 不成立"),
        ({"认定金额": 5}, "结论", "应为 成立、部分成立 或 不成立"),
        ({"结论": "部分成立"}, "认定金额", "结论为 部分成立 时必须填写"),
        ({"结论": "部分成立", "认定金额": 0}, "认定金额", "结论为 部分成立 时应大于 0"),
        ({"结论": "部分成立", "认定金额": 100.01}, "认定金额", "不得大于违规金额 100.00"),
        ({"结论": "部分成立", "认定金额": -1}, "认定金额", "不得为负数"),
        ({"结论": "部分成立", "认定金额": "一百"}, "认定金额", "不是数字"),
        ({"结论": "部分成立", "认定金额": "nan"}, "认定金额", "不是数字"),
        ({"结论": "部分成立", "认定金额": 1.005}, "认定金额", "最多两位小数"),
        ({"结论": "不成立", "认定金额": 1}, "认定金额", "结论为 不成立 时应为空或 0"),
        ({"结论": "成立", "稽核人": " "}, "稽核人", "未填写"),
        ({"结论": "成立", "日期": "四月"}, "日期", "不是日期，应如 2025-03-31"),
        ({"结论": "成立", "日期": None}, "日期", "不是日期，应如 2025-03-31"),
        ({"结论": "成立", "案件编号": "c9"}, "案件编号", "没有这个案件、疑点或明细；编号栏不可改动"),
    ],
)
def test_a_row_that_does_not_hold_is_set_aside_with_its_reason(
    book: Path, entries: dict[str, Any], column: str, reason: str
) -> None:
    fill(book, "疑点清单", 2, **({"日期": DAY} | entries))
    assert read_outcomes(book, known) == ([], [OutcomeReject("疑点清单", 2, column, reason)])


def test_a_line_in_conflict_cannot_be_concluded(book: Path) -> None:
    fill(book, "明细", 4, 结论="成立", 稽核人="王", 日期=DAY)
    reason = "没有这个案件、疑点或明细；编号栏不可改动"
    assert read_outcomes(book, known) == ([], [OutcomeReject("明细", 4, "案件编号", reason)])


def test_sorting_the_rows_and_moving_columns_changes_nothing(book: Path) -> None:
    fill(book, "疑点清单", 2, 结论="成立", 日期=DAY)
    edited = openpyxl.load_workbook(book)
    edited["疑点清单"].insert_cols(1)
    edited["疑点清单"].insert_rows(2)
    edited.save(book)
    outcomes, rejects = read_outcomes(book, known)
    assert ([outcome.target for outcome in outcomes], rejects) == ([Target("c1")], [])


def test_importing_again_adds_nothing_and_a_change_adds_a_row(book: Path) -> None:
    fill(book, "疑点清单", 2, 结论="成立", 日期=DAY)
    first = new_outcomes(read_outcomes(book, known)[0], [])
    assert [(row["case_id"], row["conclusion"], row["seq"]) for row in first] == [("c1", "成立", 1)]
    assert new_outcomes(read_outcomes(book, known)[0], first) == []
    fill(book, "疑点清单", 2, 结论="不成立")
    second = new_outcomes(read_outcomes(book, known)[0], first)
    assert [(row["case_id"], row["conclusion"], row["seq"]) for row in second] == [("c1", "不成立", 2)]


def test_another_file_is_refused_in_one_line(tmp_path: Path) -> None:
    text = tmp_path / "notes.xlsx"
    text.write_text("结论")
    with pytest.raises(BadInput, match=r"notes\.xlsx is not an Excel workbook"):
        read_outcomes(text, known)
    other = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(other)
    with pytest.raises(BadInput, match="has no sheet 疑点清单"):
        read_outcomes(other, known)


def test_a_workbook_without_an_entry_column_is_refused(book: Path) -> None:
    fill(book, "疑点清单", 1, 结论="意见")
    with pytest.raises(BadInput, match="疑点清单: column 结论 is missing"):
        read_outcomes(book, known)
