"""Learning from few labels that were not drawn at random: what each row stands for (docs/decisions/0127).

Cases are concluded either way, so a labelled one stands for 1 / its chance of being looked at (Horvitz and Thompson 1952). Of a
doctor or an institution only a confirmation is sure: whatever was not confirmed is unlabelled and counts as positive by the
probability that it is (Elkan and Noto 2008, section 3; with a chance of each row's own as Bekker, Robberechts and Davis 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import lightgbm
import numpy as np

from models.metrics import Scores
from models.recipe import USUAL, Data, dataset, margins, parameters
from models.split import folds

# Trees of the first look, by which unlabelled rows get their share: few and small, it need not be sharp.
FIRST_TREES = 100


def stands_for(chances: Scores, most: float) -> Scores:
    """How many rows each labelled row stands for, at most ``most``: one drawn by a tiny chance must not decide alone."""
    return np.clip(1.0 / np.maximum(chances, 1.0 / most), 1.0, most)


def with_unlabelled(data: Data, chances: Scores, count: int, seed: int, threads: int) -> Data:
    """``data``, whose label 1 is a confirmation and 0 everything else, with each row of label 0 as two: positive and negative.

    ``chances``: that a positive row would have been confirmed. Both halves of a row are in one group, and count one together.
    """
    groups = np.arange(len(data.labels)) if data.groups is None else data.groups
    found = _first_look(replace(data, groups=groups), count, seed, threads)
    odds = found / np.maximum(1.0 - found, 1e-6)
    hidden = np.clip((1.0 - chances) / np.maximum(chances, 1e-6) * odds, 0.0, 1.0)
    is_open = (data.labels == 0) & (hidden > 0)
    again = np.flatnonzero(is_open)
    rows = np.concatenate([np.arange(len(data.labels)), again])
    counts = np.concatenate([np.where(is_open, 1.0 - hidden, 1.0), hidden[again]])
    labels = np.concatenate([data.labels, np.ones(len(again), dtype=data.labels.dtype)])
    kept = counts > 0
    return Data(data.values[rows[kept]], labels[kept], data.categorical, counts[kept], groups[rows[kept]])


def _first_look(data: Data, count: int, seed: int, threads: int) -> Scores:
    """The probability of each row to be confirmed, by trees that had not seen its group."""
    found = np.empty(len(data.labels))
    recipe = replace(USUAL, least_rows=max(2, min(USUAL.least_rows, len(data.labels) // 20)))
    for train, held in folds(data.labels, count, seed, data.groups):
        booster = _grown(data.of(train), parameters(recipe, seed, threads))
        found[held] = 1.0 / (1.0 + np.exp(-margins(booster, data.values[held], 1.0)))
    return found


def _grown(data: Data, chosen: dict[str, object]) -> lightgbm.Booster:
    return lightgbm.train(chosen, dataset(data, 1.0), num_boost_round=FIRST_TREES)


def groups_of(keys: Sequence[str]) -> np.ndarray:
    """A number for each key, equal for equal keys."""
    _, numbers = np.unique(np.asarray(keys, dtype=object).astype(str), return_inverse=True)
    return numbers.astype(np.int64)
