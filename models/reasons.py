"""Why a row has its score: three to five Chinese sentences from exact SHAP values, each with the value and the peers'."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lake.tables.feature import PER_THOUSAND, SHARE
from models.features import CATEGORY, Feature, Matrix

LEAST, MOST = 3, 5
# Once the sentences cover this share of what raises a score, further ones only repeat it.
COVERED = 0.8


def sentences(values: Matrix, contributions: Matrix, features: Sequence[Feature]) -> list[list[str]]:
    """For each row what raises its score, the strongest first; where less than three features do, what lowers it most.

    A value that is missing is nothing that an auditor could look up: it is told only where fewer than three others raise it.
    """
    return [_row(row, shares, features) for row, shares in zip(values, contributions, strict=True)]


def _row(row: Matrix, shares: Matrix, features: Sequence[Feature]) -> list[str]:
    raised = float(shares[shares > 0].sum())
    lowered = float(-shares[shares < 0].sum())
    falling = np.argsort(-shares, kind="stable")
    rising = [int(place) for place in falling if shares[place] > 0]
    known = [place for place in rising if not np.isnan(row[place])]
    raising = (known if len(known) >= LEAST else rising)[:MOST]
    said: list[str] = []
    covered = 0.0
    for place in raising:
        if len(said) >= LEAST and covered >= COVERED * raised:
            break
        covered += shares[place]
        said.append(f"{_compared(row[place], features[place])}，占推高风险部分的{shares[place] / raised:.0%}。")
    lowering = [int(place) for place in falling[::-1] if shares[place] < 0]
    for place in lowering[: max(0, LEAST - len(said))]:
        said.append(f"{_compared(row[place], features[place])}，占压低风险部分的{-shares[place] / lowered:.0%}。")
    return said


def _compared(value: float, feature: Feature) -> str:
    """The row's value beside the median, or the most frequent value, of the rows learnt from."""
    if feature.kind == CATEGORY:
        shown = "缺失或少见" if np.isnan(value) else f"为“{feature.categories[int(value)]}”"
        return f"{feature.name_zh}{shown}，同类最多见“{feature.typical}”"
    assert isinstance(feature.typical, float)
    shown = "缺失" if np.isnan(value) else f"为{told(value, feature.unit)}"
    return f"{feature.name_zh}{shown}，同类中位数{told(feature.typical, feature.unit)}"


def told(value: float, unit: str) -> str:
    """A value in its unit as auditors say it: shares in per cent, rates with what they count against first."""
    if unit == SHARE:
        return f"{value:.1%}"
    if unit == PER_THOUSAND:
        return f"{unit}{number(value)}"
    return f"{number(value)}{unit}"


def number(value: float) -> str:
    """With thousands separated and no more digits than say something."""
    if value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) >= 1 else f"{value:.3g}"
