"""The measures are scikit-learn's, rows of one score count as a group, and pairs are compared on the same draws."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from models.metrics import MEASURES, Bootstrap, Ranking, mean_of


@pytest.mark.parametrize("ties", [False, True])
def test_the_measures_are_scikit_learns(ties: bool) -> None:
    random = np.random.default_rng(1)
    labels = (random.random(500) < 0.1).astype(np.int8)
    scores = random.normal(size=500) + labels
    if ties:
        scores = scores.round(0)

    found = {name: measure(*Ranking(labels, scores).found()) for name, measure in MEASURES.items()}

    assert found["average_precision"] == pytest.approx(average_precision_score(labels, scores))
    assert found["roc_auc"] == pytest.approx(roc_auc_score(labels, scores))


def test_recall_looks_at_the_highest_tenth() -> None:
    # Of 20 rows two are looked at: one of the four positive ones.
    labels = np.array([1, 0, 1, 1, 1] + [0] * 15, dtype=np.int8)
    scores = np.arange(20, 0, -1).astype(float)

    assert MEASURES["recall_at_10pct"](*Ranking(labels, scores).found()) == 0.25
    # Where all have one score, a tenth of the rows finds a tenth of the positive ones.
    assert MEASURES["recall_at_10pct"](*Ranking(labels, np.zeros(20)).found()) == pytest.approx(0.1)


def test_a_ranking_gains_nothing_over_itself_and_surely_over_chance() -> None:
    random = np.random.default_rng(2)
    labels = (random.random(800) < 0.2).astype(np.int8)
    good = (random.normal(size=800) + 1.5 * labels)[None, :]
    chance = random.normal(size=(1, 800))
    bootstrap = Bootstrap(resamples=200, confidence=0.95, seed=7)

    same = bootstrap.gains(labels, good, good)["average_precision"]
    better = bootstrap.gains(labels, good, chance)["average_precision"]

    assert (same.value, same.low, same.high) == (0, 0, 0)
    assert better.low > 0
    assert better.value == pytest.approx(
        mean_of(MEASURES["average_precision"], labels, good) - mean_of(MEASURES["average_precision"], labels, chance)
    )
