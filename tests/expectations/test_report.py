"""The page and the lines that a night's gate leaves behind."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from expectations.check import FAIL, WARN, Check
from expectations.impact import Impact, expected_findings
from expectations.metrics import Measure
from expectations.report import Report, refusal, write_report
from expectations.verdict import NOT_RUN, PASSED, REFUSED, RELEASED, WARNED, Verdict

SUMS = Check("product", "明细金额≠单价×数量", "小数点移位", "", WARN, "sums")
EMPTY = Check("empty_batch", "批次没有任何数据行", "抽取失败", "", FAIL)


def verdict(check: Check, state: str, faults: int | None, limit: float | None = 0.1, part: str = "b2") -> Verdict:
    return Verdict(Measure("fee_list_d", "明细", part, check, 12000, 10000, faults), limit, state)


def page(path: Path, *verdicts: Verdict, mode: str = "enforce", impact: Impact | None = None) -> str:
    write_report(Report(date(2025, 4, 1), mode, {"b2": False}, verdicts, impact), path / "gate.html")
    return (path / "gate.html").read_text(encoding="utf-8")


def cells(text: str) -> list[list[str]]:
    """The rows of the page's tables, tags taken out."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", text, re.S)
    plain = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S) for row in rows]
    return [[" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in row] for row in plain]


def test_a_refused_check_stands_with_its_counts(tmp_path: Path) -> None:
    text = page(tmp_path, verdict(SUMS, REFUSED, 1234))

    row = [
        "b2",
        "明细金额≠单价×数量 product",
        "小数点移位",
        "警告，超限拒绝",
        "明细",
        "12,000",
        "10,000",
        "1,234",
        "12.34 %",
        "10.00 %",
        "拒绝",
    ]
    assert row in cells(text)
    assert "1 项检查不予放行，本夜不发布，上次发布保持不变。" in text


def test_each_batch_has_its_conclusion(tmp_path: Path) -> None:
    found = [verdict(SUMS, REFUSED, 1234), verdict(SUMS, WARNED, 3, part="b1"), verdict(SUMS, RELEASED, 1234, part="b3")]
    write_report(Report(date(2025, 4, 1), "enforce", {"b1": False, "b2": False, "b3": True}, found, None), tmp_path / "gate.html")

    rows = cells((tmp_path / "gate.html").read_text(encoding="utf-8"))
    for row in (["b1", "放行", "0", "1"], ["b2", "不予放行", "1", "0"], ["b3", "人工放行", "0", "1"]):
        assert row in rows


def test_a_few_of_many_are_not_none(tmp_path: Path) -> None:
    few = Verdict(Measure("fee_list_d", "明细", "b2", SUMS, 90_000, 90_000, 1), 0.1, WARNED)

    assert "&lt; 0.01 %" in page(tmp_path, few)


def test_a_night_that_only_reports_says_so(tmp_path: Path) -> None:
    assert "当前为仅报告模式，本夜照常进行。" in page(tmp_path, verdict(SUMS, REFUSED, 1234), mode="report")


def test_a_night_that_passes_says_what_to_look_at(tmp_path: Path) -> None:
    text = page(tmp_path, verdict(SUMS, WARNED, 3), verdict(EMPTY, PASSED, 0, 0.0))

    assert "全部放行：2 项检查，1 项需要留意。" in text


def test_the_impact_is_told_in_bills_findings_and_yuan(tmp_path: Path) -> None:
    impact = Impact(3, 1200, 45, Decimal("98765.40"), Decimal("80000.00"), expected_findings(1200, 500, 60000))

    text = " ".join(page(tmp_path, verdict(SUMS, PASSED, 0), impact=impact).split())
    assert "隔离 3 行；随之不参加审核的有 45 笔结算的 1,200 条明细， 金额 98,765.40 元，其中符合政策范围 80,000.00 元。" in text
    assert "约有 10 条疑点因此未能形成" in text


def test_a_name_from_the_data_cannot_become_markup(tmp_path: Path) -> None:
    text = page(tmp_path, verdict(SUMS, REFUSED, 1, part="<script>alert(1)</script>"))

    assert "<script" not in text


def test_a_refusal_is_one_line() -> None:
    assert refusal(verdict(SUMS, REFUSED, 1234)) == (
        "gate: b2 fee_list_d.product 明细金额≠单价×数量: 1,234 of 10,000 rows, 12.34 %; at most 10.00 %"
    )
    assert refusal(verdict(EMPTY, REFUSED, 1, 0.0)) == (
        "gate: b2 fee_list_d.empty_batch 批次没有任何数据行: 1 of 10,000 rows, 0.01 %; none may be"
    )
    assert refusal(verdict(SUMS, NOT_RUN, None)) == "gate: b2 fee_list_d.product 明细金额≠单价×数量: did not run"
