"""From margins to probabilities: a curve learnt on out-of-fold margins, by Platt or isotonic regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from models.metrics import Scores
from models.table import Labels


@dataclass(frozen=True)
class Calibration:
    """``platt``: points are slope and offset. ``isotonic``: margins, then probabilities, of a line drawn from point to point."""

    method: Literal["platt", "isotonic"]
    points: tuple[tuple[float, ...], ...]

    def probabilities(self, margins: Scores) -> Scores:
        """One for each margin, rising with it."""
        if self.method == "isotonic":
            at, values = self.points
            return np.interp(margins, at, values)
        ((slope, offset),) = self.points
        return np.exp(-np.logaddexp(0.0, -(slope * margins + offset)))


def calibrated(margins: Scores, labels: Labels, isotonic_positives: int, counts: Scores | None = None) -> Calibration:
    """The curve through out-of-fold margins: two numbers while positive rows are few, isotonic from ``isotonic_positives`` on.

    ``counts``: how many rows each row stands for.
    """
    if labels.sum() < isotonic_positives:
        return _platt(margins, labels, np.ones(len(labels)) if counts is None else counts)
    rising = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(margins, labels, sample_weight=counts)
    # The middle of each step, so that margins of one step keep their order.
    starts = np.flatnonzero(np.append(True, np.diff(rising.y_thresholds_) > 0))
    stops = np.append(starts[1:], len(rising.y_thresholds_)) - 1
    middle = (rising.X_thresholds_[starts] + rising.X_thresholds_[stops]) / 2
    return Calibration("isotonic", (tuple(map(float, middle)), tuple(map(float, rising.y_thresholds_[starts]))))


def _platt(margins: Scores, labels: Labels, counts: Scores) -> Calibration:
    # With Platt's softened targets, as two weighted copies of each row: separable margins keep a finite slope.
    positives, negatives = int(labels.sum()), int(len(labels) - labels.sum())
    target = np.where(labels == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    line = LogisticRegression(C=1e6, max_iter=1000)
    doubled = np.concatenate([margins, margins])[:, None]
    line.fit(doubled, np.repeat([1, 0], len(margins)), sample_weight=np.concatenate([target * counts, (1 - target) * counts]))
    # A falling line would turn the ranking over: margins that tell nothing get a flat one.
    slope = max(float(line.coef_[0, 0]), 1e-6)
    return Calibration("platt", ((slope, float(line.intercept_[0])),))


def brier(labels: Labels, probabilities: Scores) -> float:
    """Mean squared distance of probability and label."""
    return float(np.mean((probabilities - labels) ** 2))
