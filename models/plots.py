"""The four plots of a training, as PNG files: precision and recall, calibration, gain, importance of features."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from models.features import Feature, Matrix
from models.metrics import LOOKED_AT
from models.report import Judged, curve

SIZE = (6.0, 4.5)
MODEL, OTHER = "#1f4e79", "#c55a11"
BINS = 10
SHOWN = 20


def draw(judged: Judged, baseline: str | None, features: Sequence[Feature], contributions: Matrix, folder: Path) -> None:
    """Writes the plots; ``contributions``: SHAP values of the rows learnt from. Equal figures give equal files."""
    folder.mkdir(parents=True, exist_ok=True)
    _precision_recall(judged, baseline, folder / "precision_recall.png")
    _calibration(judged, folder / "calibration.png")
    _gain(judged, baseline, folder / "gain.png")
    _importance(features, contributions, folder / "importance.png")


def _rankings(judged: Judged, baseline: str | None) -> list[tuple[str, str, Matrix]]:
    """Label, colour and scores of what is drawn; of several repetitions the first."""
    drawn = [("model", MODEL, judged.margins[0])]
    return drawn if judged.baseline is None else [*drawn, (f"ranking by {baseline}", OTHER, judged.baseline)]


def _precision_recall(judged: Judged, baseline: str | None, path: Path) -> None:
    axes = _axes(SIZE)
    for name, colour, scores in _rankings(judged, baseline):
        looked, positive = curve(judged.labels, scores)
        axes.step(positive / positive[-1], positive / looked, where="post", color=colour, label=name)
    axes.axhline(float(judged.labels.mean()), color="grey", linestyle=":", label="by chance")
    _finish(axes, "recall: share of the positive rows found", "precision: share of the looked at that is positive", path)


def _calibration(judged: Judged, path: Path) -> None:
    axes = _axes(SIZE)
    said, labels = judged.probabilities[0], judged.labels
    for rows in np.array_split(np.argsort(said, kind="stable"), BINS):
        if len(rows):
            axes.plot(said[rows].mean(), labels[rows].mean(), "o", color=MODEL)
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", label="said = happened")
    _finish(axes, f"probability said, mean of each {BINS}th of the rows", "share that is positive", path)


def _gain(judged: Judged, baseline: str | None, path: Path) -> None:
    axes = _axes(SIZE)
    for name, colour, scores in _rankings(judged, baseline):
        looked, positive = curve(judged.labels, scores)
        axes.plot(np.append(0, looked / looked[-1]), np.append(0, positive / positive[-1]), color=colour, label=name)
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", label="by chance")
    axes.axvline(LOOKED_AT, color="lightgrey")
    _finish(axes, "share of the rows looked at", "share of the positive rows found", path)


def _importance(features: Sequence[Feature], contributions: Matrix, path: Path) -> None:
    mean = np.abs(contributions).mean(axis=0)
    strongest = np.argsort(-mean, kind="stable")[:SHOWN][::-1]
    axes = _axes((SIZE[0], 1.2 + 0.25 * len(strongest)))
    axes.barh([features[place].name for place in strongest], mean[strongest], color=MODEL)
    _finish(axes, "mean share in the margin (absolute SHAP value)", "", path)


def _axes(size: tuple[float, float]) -> Axes:
    """Of a figure of its own: nothing is kept between plots, and no screen is asked for."""
    return Figure(figsize=size).subplots()


def _finish(axes: Axes, along: str, up: str, path: Path) -> None:
    axes.set_xlabel(along)
    axes.set_ylabel(up)
    if axes.get_legend_handles_labels()[1]:
        axes.legend()
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.savefig(path, dpi=90, bbox_inches="tight", metadata={"Software": None})
