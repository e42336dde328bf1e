"""What an evaluation found: one HTML page in Chinese that needs no network, and the same figures for the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from cases.evaluation import BEST, BY_AMOUNT, BY_SEVERITY, ORDERS, OURS, Depth, JudgedCase, at_hours, at_share, curve

NAMES = {OURS: "预计可追回", BY_AMOUNT: "按金额", BY_SEVERITY: "按严重程度", BEST: "最优次序"}
COLOURS = {OURS: "#1f6feb", BY_AMOUNT: "#9a6700", BY_SEVERITY: "#8250df", BEST: "#2e7d32"}
SHARES = tuple(Fraction(part, 100) for part in (5, 10, 20, 30, 50))
MONTH_SHARE = Fraction(1, 10)
HOURS = (8, 20, 40, 80, 160)
STEPS = 50


@dataclass(frozen=True)
class Evaluation:
    """The judged cases of the months that are shown, where their end is from, and whose scores ordered them, if a model's did."""

    cases: Sequence[JudgedCase]
    by_truth: bool
    publication: int
    model: str | None = None

    @property
    def depths(self) -> list[tuple[str, list[tuple[str, Depth]]]]:
        """By share of each month's cases, then by hours a month: how deep, and what is reached."""
        by_share = [(percent(share), at_share(self.cases, share)) for share in SHARES]
        by_hours = [(f"{hours} 小时", at_hours(self.cases, hours)) for hours in HOURS]
        return [("各月案件的前", by_share), ("每月工时", by_hours)]

    @property
    def by_month(self) -> list[tuple[str, int, Depth]]:
        """Month, number of its cases, and what its first tenth reaches."""
        months = sorted({case.month for case in self.cases})
        of_month = [(month, [case for case in self.cases if case.month == month]) for month in months]
        return [(month, len(cases), at_share(cases, MONTH_SHARE)) for month, cases in of_month]


def write_evaluation(report: Evaluation, path: Path) -> None:
    """Writes the page; what lay there is replaced whole."""
    environment = Environment(
        loader=PackageLoader("cases"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"percent": percent, "yuan": yuan}
    by_month = report.by_month
    text = environment.get_template("evaluation.html").render(
        report=report,
        cases=report.cases,
        months=[month for month, _, _ in by_month],
        tables=report.depths,
        names=NAMES,
        colours=COLOURS,
        curves={order: curve(report.cases, order, STEPS) for order in reversed(ORDERS)},
        by_month=by_month,
        month_share=percent(MONTH_SHARE),
        most=max(1, *(depth.reached[BEST].confirmed for _, _, depth in by_month)),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def percent(share: Fraction | None) -> str:
    """With one decimal, none where there is nothing to divide by."""
    return "—" if share is None else f"{float(share):.1%}".replace(".0%", "%")


def yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"
