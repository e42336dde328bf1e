"""How well a ranking finds the positive rows, and how sure that is: three measures and stratified bootstraps over rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.table import Labels

Scores = npt.NDArray[np.float64]
Weights = npt.NDArray[np.int64]

# Share of the rows that inspectors can look at: recall is asked of the highest tenth.
LOOKED_AT = 0.10


@dataclass(frozen=True)
class Interval:
    """A measure over all rows, and the bootstrap's bounds around it."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.4f} ({self.low:.4f} to {self.high:.4f})"


class Ranking:
    """Rows by falling score. Rows of one score stand together: their order is by chance, so they count as a group."""

    def __init__(self, labels: Labels, scores: Scores, counts: Scores | None = None) -> None:
        self.order = np.argsort(-scores, kind="stable")
        # How many rows of those that are asked about a row stands for.
        self.counts = 1 if counts is None else counts[self.order]
        falling = scores[self.order]
        self.ends = np.flatnonzero(np.append(np.diff(falling) != 0, True))
        self.labels = labels[self.order].astype(np.int64)

    def found(self, weights: Weights | None = None) -> tuple[Scores, Scores]:
        """Rows looked at and positive rows among them, after each group of one score; ``weights``: how often a row counts."""
        drawn = (np.ones(len(self.order), dtype=np.int64) if weights is None else weights[self.order]) * self.counts
        looked = np.cumsum(drawn)[self.ends]
        positive = np.cumsum(drawn * self.labels)[self.ends]
        return looked.astype(np.float64), positive.astype(np.float64)


def average_precision(looked: Scores, positive: Scores) -> float:
    """Mean precision over the positive rows, as scikit-learn's average_precision_score."""
    steps = np.diff(positive, prepend=0.0)
    return float(np.sum(steps * positive / np.maximum(looked, 1.0)) / positive[-1])


def recall_at_10pct(looked: Scores, positive: Scores) -> float:
    """Share of the positive rows among the tenth of the rows with the highest scores (rounded up)."""
    place = np.ceil(LOOKED_AT * looked[-1])
    return float(np.interp(place, np.append(0.0, looked), np.append(0.0, positive)) / positive[-1])


def roc_auc(looked: Scores, positive: Scores) -> float:
    """Chance that a positive row stands before a negative one."""
    hits, false = np.append(0.0, positive), np.append(0.0, looked - positive)
    return float(np.trapezoid(hits, false) / (hits[-1] * false[-1]))


MEASURES: dict[str, Callable[[Scores, Scores], float]] = {
    "average_precision": average_precision,
    "recall_at_10pct": recall_at_10pct,
    "roc_auc": roc_auc,
}


@dataclass(frozen=True)
class Bootstrap:
    """Rows drawn again with replacement, positive and negative ones apart, so that every draw holds both."""

    resamples: int
    confidence: float
    seed: int

    def measured(self, labels: Labels, scores: Scores, counts: Scores | None = None) -> dict[str, Interval]:
        """Each measure with its interval. ``scores``: one line of scores for each repetition; a measure is their mean.

        ``counts``: how many rows each row stands for; one if not given.
        """
        drawn = self._drawn(labels, scores, counts)
        means = {name: mean_of(measure, labels, scores, counts) for name, measure in MEASURES.items()}
        return {name: Interval(mean, *self._bounds(drawn[name])) for name, mean in means.items()}

    def gains(self, labels: Labels, scores: Scores, other: Scores, counts: Scores | None = None) -> dict[str, Interval]:
        """Each measure of ``scores`` minus that of ``other``, on the same drawn rows."""
        drawn, others = self._drawn(labels, scores, counts), self._drawn(labels, other, counts)
        found = {}
        for name, measure in MEASURES.items():
            gain = mean_of(measure, labels, scores, counts) - mean_of(measure, labels, other, counts)
            low, high = self._bounds(drawn[name] - others[name])
            found[name] = Interval(gain, low, high)
        return found

    def _bounds(self, drawn: Scores) -> tuple[float, float]:
        low, high = np.quantile(drawn, [(1 - self.confidence) / 2, (1 + self.confidence) / 2])
        return float(low), float(high)

    def _drawn(self, labels: Labels, scores: Scores, counts: Scores | None) -> dict[str, Scores]:
        """Each measure in every resample. The seed decides the draws: two rankings of the same rows get the same ones."""
        random = np.random.default_rng(self.seed)
        rankings = [Ranking(labels, line, counts) for line in scores]
        parts = [np.flatnonzero(labels == value) for value in (0, 1)]
        values: dict[str, list[float]] = {name: [] for name in MEASURES}
        for _ in range(self.resamples):
            weights = np.zeros(len(labels), dtype=np.int64)
            for rows in parts:
                weights[rows] = np.bincount(random.integers(0, len(rows), len(rows)), minlength=len(rows))
            found = [ranking.found(weights) for ranking in rankings]
            for name, measure in MEASURES.items():
                values[name].append(float(np.mean([measure(*pair) for pair in found])))
        return {name: np.array(drawn) for name, drawn in values.items()}


def mean_of(measure: Callable[[Scores, Scores], float], labels: Labels, scores: Scores, counts: Scores | None = None) -> float:
    """The measure's mean over the lines of ``scores``."""
    return float(np.mean([measure(*Ranking(labels, line, counts).found()) for line in scores]))
