"""What orders of cases reach, over two small months; every figure is counted by hand."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from cases.evaluation import BEST, BY_AMOUNT, BY_SEVERITY, OURS, JudgedCase, at_hours, at_share, curve
from cases.evaluation_report import Evaluation, write_evaluation


def case(
    name: str, rank: int, fund: int, confirmed: int, sev_deg: int = 1, minutes: int = 60, month: str = "2025-03"
) -> JudgedCase:
    return JudgedCase(name, month, rank, fund, sev_deg, minutes, confirmed)


# By amount a comes first and is refuted; ours begins with b; the best possible is c, b.
CASES = [
    case("a", 3, 900, 0, sev_deg=2, minutes=480),
    case("b", 1, 500, 400, sev_deg=2),
    case("c", 2, 450, 450),
    case("d", 4, 10, 10),
    case("e", 1, 300, 300, month="2025-04"),
    case("f", 2, 200, 0, month="2025-04"),
]


def reached(depth: object, order: str) -> tuple[int, int, int]:
    found = depth.reached[order]  # type: ignore[attr-defined]
    return found.cases, found.confirmed_cases, found.confirmed


def test_each_month_is_looked_at_as_far_as_the_share_says() -> None:
    # A quarter of four cases is one, of two cases one: rounded up.
    depth = at_share(CASES, Fraction(1, 4))
    assert {order: reached(depth, order) for order in (OURS, BY_AMOUNT, BY_SEVERITY, BEST)} == {
        OURS: (2, 2, 700),
        BY_AMOUNT: (2, 1, 300),
        BY_SEVERITY: (2, 2, 750),
        BEST: (2, 2, 750),
    }
    assert (depth.all_confirmed_cases, depth.all_confirmed) == (4, 1160)
    assert (depth.precision(BY_AMOUNT), depth.recall(BY_AMOUNT)) == (Fraction(1, 2), Fraction(1, 4))
    # 400 of the 450 that the best order has beyond the one by amount.
    assert depth.gap_closed == Fraction(8, 9)


def test_hours_end_with_the_case_in_which_they_end() -> None:
    depth = at_hours(CASES, 2)
    # By amount the first case takes eight hours.
    assert reached(depth, BY_AMOUNT) == (3, 1, 300)
    assert reached(depth, OURS) == (4, 3, 1150)
    assert reached(at_hours(CASES, 0), OURS) == (0, 0, 0)
    assert at_hours(CASES, 0).precision(OURS) is None


def test_where_amount_is_the_best_order_there_is_no_gap_to_close() -> None:
    assert at_share([case("a", 1, 10, 10)], Fraction(1)).gap_closed is None


def test_the_curve_goes_from_nothing_to_everything() -> None:
    assert curve(CASES, BEST, 2) == [(0.0, 0.0), (0.5, 1150 / 1160), (1.0, 1.0)]
    assert curve([], BEST, 1) == [(0.0, 0.0), (1.0, 0.0)]


def test_the_page_opens_offline_and_holds_the_figures(tmp_path: Path) -> None:
    page = tmp_path / "evaluation.html"
    write_evaluation(Evaluation(CASES, by_truth=False, publication=3), page)
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href)=|https?://|@import|url\(", text)
    # The first tenth of every month is one case: b and e by our order, a and e by amount, c and e at best.
    assert '<td class="ours">7.00</td><td>3.00</td><td>7.50</td><td>7.50</td>' in re.sub(r"\n", "", text)
    assert "只评估已有结论的案件" in text
    assert "2 个月（2025-03 至 2025-04）" in text
    assert [path.name for path in tmp_path.iterdir()] == ["evaluation.html"]
