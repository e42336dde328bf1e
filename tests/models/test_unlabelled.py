"""Labels that were not drawn at random: what rows stand for, and that hidden positives are made up for."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from models.calibration import brier
from models.recipe import Data
from models.training import fit
from models.unlabelled import groups_of, stands_for, with_unlabelled
from tests.models.made import PLAN


def test_a_row_stands_for_the_inverse_of_its_chance_within_bounds() -> None:
    assert list(stands_for(np.array([1.0, 0.5, 0.02, 0.0]), 10.0)) == [1.0, 2.0, 10.0, 10.0]


def county(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, who is bad, and the chance of being looked at: large amounts are, and badness has nothing to do with the amount."""
    random = np.random.default_rng(seed)
    habit, amount = random.normal(size=rows), random.normal(size=rows)
    is_bad = random.random(rows) < 1 / (1 + np.exp(1.5 - 2.0 * habit))
    return np.column_stack([habit, amount]), is_bad.astype(np.int8), np.where(amount > 0, 0.9, 0.2)


def test_what_was_never_looked_at_does_not_count_as_clean() -> None:
    values, bad, chances = county(1500, 1)
    is_found = (bad == 1) & (np.random.default_rng(2).random(len(bad)) < chances)
    confirmed = Data(values, is_found.astype(np.int8), ())
    new_values, new_bad, _ = county(1500, 3)
    features = ()

    naive = fit(confirmed, features, "", "", PLAN).model
    fair = fit(with_unlabelled(confirmed, chances, 3, 7, 1), features, "", "", PLAN).model

    # Half of the bad ones are found at all: said as it is, the share is far too low; made up for, it is about right.
    share = new_bad.mean()
    assert naive.probabilities(new_values).mean() < 0.65 * share
    assert fair.probabilities(new_values).mean() == pytest.approx(share, abs=0.05)
    assert brier(new_bad, fair.probabilities(new_values)) < brier(new_bad, naive.probabilities(new_values)) - 0.02


def test_what_hardly_anybody_looks_at_is_not_taken_for_bad() -> None:
    # A county's doctors: a tenth sure to be looked at, half by the random sample alone, and some noise beside the two values.
    random = np.random.default_rng(6)

    def doctors(rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        habit, amount = random.normal(size=rows), random.normal(size=rows)
        bad = random.random(rows) < 1 / (1 + np.exp(1.0 - 2.0 * habit - 0.5 * amount))
        chances = np.select([amount > 1.3, amount > 0.0], [1.0, 0.5], 0.02)
        return np.column_stack([habit, amount, random.normal(size=(rows, 6))]), bad.astype(np.int8), chances

    values, bad, chances = doctors(400)
    confirmed = Data(values, (bad & (random.random(400) < chances)).astype(np.int8), ())
    new_values, new_bad, _ = doctors(2000)

    doubled = with_unlabelled(confirmed, chances, 5, 7, 1)
    naive = fit(confirmed, (), "", "", PLAN).model
    fair = fit(doubled, (), "", "", PLAN).model

    assert doubled.counts is not None
    assert (doubled.counts * doubled.labels).sum() / 400 == pytest.approx(bad.mean(), abs=0.1)
    assert roc_auc_score(new_bad, fair.margins(new_values)) > roc_auc_score(new_bad, naive.margins(new_values))


def test_the_halves_of_a_row_stay_together_and_count_one() -> None:
    values, bad, chances = county(300, 4)
    data = Data(values, (bad & (chances > 0.5)).astype(np.int8), (), groups=groups_of([f"d{row % 60}" for row in range(300)]))

    doubled = with_unlabelled(data, chances, 3, 7, 1)

    assert doubled.counts is not None
    assert doubled.groups is not None
    assert doubled.counts.sum() == pytest.approx(300)
    assert len(np.unique(doubled.groups)) == 60
    # What was sure to be looked at and was not confirmed has no positive half.
    sure = with_unlabelled(data, np.ones(300), 3, 7, 1)
    assert list(sure.labels) == list(data.labels)
