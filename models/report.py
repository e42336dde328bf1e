"""What a training came to: measures with intervals, the gain over the baseline and over the champion, warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from models.calibration import brier
from models.features import Feature, LeftOut, Matrix
from models.metrics import MEASURES, Bootstrap, Interval, Ranking, Scores, mean_of
from models.recipe import Data
from models.table import Labels
from models.training import HeldOut

# The measure that decides whether a model is better.
DECIDES = "average_precision"
# A single column that ranks this well by itself is more likely made from the label than known before it.
TOO_GOOD = 0.999
# Columns left out that are named one by one; the rest stands in the model card.
MOST_NAMED = 20


@dataclass(frozen=True)
class Comparison:
    """The model beside another ranking of the same rows, and its gains over it by a paired bootstrap."""

    name: str
    measures: Mapping[str, Interval]
    gains: Mapping[str, Interval]

    @property
    def is_beaten(self) -> bool:
        """Whether the gain is above zero over the whole interval."""
        return self.gains[DECIDES].low > 0


@dataclass(frozen=True)
class Judged:
    """The rows held out: labels, scores of the model, and of the baseline if there is one; ``counts``: what each stands for."""

    how: str
    labels: Labels
    margins: Scores
    probabilities: Scores
    baseline: Scores | None
    champion: Scores | None = None
    counts: Scores | None = None


@dataclass(frozen=True)
class Report:
    """All figures of one training."""

    how: str
    rows: int
    positives: int
    measures: Mapping[str, Interval]
    brier: float
    brier_of_share: float
    baseline: Comparison | None
    champion: Comparison | None
    warnings: Sequence[str] = field(default=())


def report(judged: Judged, baseline: str | None, champion: str | None, bootstrap: Bootstrap, warnings: Sequence[str]) -> Report:
    """The figures over the rows held out."""

    def compared(name: str, scores: Scores) -> Comparison:
        others = np.broadcast_to(scores, judged.margins.shape)
        return Comparison(
            name,
            bootstrap.measured(judged.labels, scores[None, :], judged.counts),
            bootstrap.gains(judged.labels, judged.margins, others, judged.counts),
        )

    labels, share = judged.labels, float(judged.labels.mean())
    return Report(
        how=judged.how,
        rows=len(labels),
        positives=int(labels.sum()),
        measures=bootstrap.measured(labels, judged.margins, judged.counts),
        brier=float(np.mean([brier(labels, line) for line in judged.probabilities])),
        brier_of_share=brier(labels, np.full(len(labels), share)),
        baseline=None if baseline is None or judged.baseline is None else compared(f"ranking by {baseline}", judged.baseline),
        champion=None
        if champion is None or judged.champion is None
        else compared(f"champion, version {champion}", judged.champion),
        warnings=warnings,
    )


def judged_of(held: HeldOut, how: str, data: Data, baseline: Matrix | None, champion: Scores | None) -> Judged:
    """The rows held out with everything that they are compared with. A missing baseline value ranks last."""
    ranked = None if baseline is None else _missing_last(baseline[held.rows])
    rows = data.of(held.rows)
    return Judged(how, rows.labels, held.margins, held.probabilities, ranked, champion, rows.counts)


def suspicions(data: Data, features: Sequence[Feature]) -> list[str]:
    """Columns that alone rank the training rows too well to be true."""
    found = []
    for place, feature in enumerate(features):
        if place in data.categorical:
            continue
        auc = mean_of(MEASURES["roc_auc"], data.labels, _missing_last(data.values[:, place])[None, :])
        if max(auc, 1 - auc) >= TOO_GOOD:
            advice = f"leave it out (--leave-out {feature.name}) unless it is known before the label"
            found.append(f"{feature.name} alone separates the label: {advice}")
    return found


def left_out_note(left_out: Sequence[LeftOut]) -> list[str]:
    """One line for each column that the model does not look at; of many, one for each reason."""
    if len(left_out) <= MOST_NAMED:
        return [f"{column.name} is left out: {column.reason}" for column in left_out]
    by_reason: dict[str, list[str]] = {}
    for column in left_out:
        by_reason.setdefault(column.reason, []).append(column.name)
    return [f"{len(names)} columns are left out, {names[0]} the first: {reason}" for reason, names in by_reason.items()]


def printed(result: Report, confidence: float) -> list[str]:
    """The lines for the screen; the last one is for programs."""
    lines = [f"{result.how}: {result.rows:,} rows, {result.positives:,} positive; intervals of {confidence:.0%}"]
    lines += [f"  {name:<18} {interval}" for name, interval in result.measures.items()]
    lines.append(f"  brier              {result.brier:.4f}, of the plain share {result.brier_of_share:.4f}")
    for other in (result.baseline, result.champion):
        if other is None:
            continue
        lines.append(other.name)
        for name, interval in other.measures.items():
            lines.append(f"  {name:<18} {interval}; gain {signed(other.gains[name])}")
    lines += [f"warning: {warning}" for warning in result.warnings]
    return lines


def last_line(result: Report) -> str:
    """The three measures, for programs."""
    return " ".join(f"{name}={interval.value:.4f}" for name, interval in result.measures.items())


def signed(gain: Interval) -> str:
    """A gain with its sign."""
    return f"{gain.value:+.4f} ({gain.low:+.4f} to {gain.high:+.4f})"


def curve(labels: Labels, scores: Scores) -> tuple[Scores, Scores]:
    """Rows looked at and positive rows found, from the highest score down."""
    return Ranking(labels, scores).found()


def _missing_last(values: Matrix) -> Scores:
    return np.where(np.isnan(values), np.nanmin(values) - 1, values)
