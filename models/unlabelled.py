"""Learning from few labels that were not drawn at random: what each row stands for (docs/decisions/0127).

Cases are concluded either way, so a labelled one stands for 1 / its chance of being looked at (Horvitz and Thompson 1952). Of a
doctor or an institution only a confirmation is sure: whatever was not confirmed is unlabelled and counts as positive by the
probability that it is (Elkan and Noto 2008, section 3; with a chance of each row's own as Bekker, Robberechts and Davis 2019).
Each row's chance stands in the likelihood of the first look: where it is 0.02, an odd of being confirmed that is learnt a little
too high from other rows would be taken 49 times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import lightgbm
import numpy as np

from models.metrics import Scores
from models.recipe import USUAL, Data, dataset, margins, parameters
from models.split import folds

# Trees of the first look, by which unlabelled rows get their share: few and small, it need not be sharp.
FIRST_TREES = 100
LEAST = 1e-6  # below which nothing is divided by


def stands_for(chances: Scores, most: float) -> Scores:
    """How many rows each labelled row stands for, at most ``most``: one drawn by a tiny chance must not decide alone."""
    return np.clip(1.0 / np.maximum(chances, 1.0 / most), 1.0, most)


def with_unlabelled(data: Data, chances: Scores, count: int, seed: int, threads: int) -> Data:
    """``data``, whose label 1 is a confirmation and 0 everything else, with each row of label 0 as two: positive and negative.

    ``chances``: that a positive row would have been confirmed. Both halves of a row are in one group, and count one together.
    """
    groups = np.arange(len(data.labels)) if data.groups is None else data.groups
    positive = _first_look(replace(data, groups=groups), chances, count, seed, threads)
    hidden = positive * (1.0 - chances) / np.maximum(1.0 - chances * positive, LEAST)
    is_open = (data.labels == 0) & (hidden > 0)
    again = np.flatnonzero(is_open)
    rows = np.concatenate([np.arange(len(data.labels)), again])
    counts = np.concatenate([np.where(is_open, 1.0 - hidden, 1.0), hidden[again]])
    labels = np.concatenate([data.labels, np.ones(len(again), dtype=data.labels.dtype)])
    kept = counts > 0
    return Data(data.values[rows[kept]], labels[kept], data.categorical, counts[kept], groups[rows[kept]])


def _first_look(data: Data, chances: Scores, count: int, seed: int, threads: int) -> Scores:
    """The probability of each row to be positive, confirmed or not, by trees that had not seen its group."""
    found = np.empty(len(data.labels))
    recipe = replace(USUAL, least_rows=max(2, min(USUAL.least_rows, len(data.labels) // 20)))
    for train, held in folds(data.labels, count, seed, data.groups):
        positive = np.clip(data.labels[train].sum() / chances[train].sum(), 0.01, 0.99)
        start = float(np.log(positive / (1.0 - positive)))
        rows = dataset(data.of(train), 1.0).set_init_score(np.full(len(train), start))
        objective = _confirmed_by_chance(chances[train])
        booster = lightgbm.train(parameters(recipe, seed, threads) | {"objective": objective}, rows, num_boost_round=FIRST_TREES)
        found[held] = _sigmoid(start + margins(booster, data.values[held], 1.0))
    return found


def _confirmed_by_chance(chances: Scores) -> Callable[[Scores, lightgbm.Dataset], tuple[Scores, Scores]]:
    """Gradient and expected curvature of the likelihood that a row is confirmed: by its own chance, if it is positive."""

    def objective(scores: Scores, rows: lightgbm.Dataset) -> tuple[Scores, Scores]:
        positive, is_confirmed = _sigmoid(scores), np.asarray(rows.get_label()) == 1
        is_not = np.maximum(1.0 - chances * positive, LEAST)
        unlike = chances * positive * (1.0 - positive) / is_not
        return np.where(is_confirmed, positive - 1.0, unlike), np.maximum(unlike * (1.0 - positive), LEAST)

    return objective


def _sigmoid(scores: Scores) -> Scores:
    return np.asarray(1.0 / (1.0 + np.exp(-scores)))


def groups_of(keys: Sequence[str]) -> np.ndarray:
    """A number for each key, equal for equal keys."""
    _, numbers = np.unique(np.asarray(keys, dtype=object).astype(str), return_inverse=True)
    return numbers.astype(np.int64)
