"""How the trees of one member are grown: what the search may choose, and what is fixed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from models.features import Matrix
from models.metrics import Scores
from models.table import Labels

Groups = npt.NDArray[np.int64]

# Small steps and a late end: early stopping on folds decides the number of trees.
LEARNING_RATE = 0.03
MOST_ROUNDS = 2000
PATIENCE = 60


@dataclass(frozen=True)
class Recipe:
    """``columns`` and ``rows``: shares drawn for each tree; ``random_cuts``: thresholds drawn, not searched (extra trees);
    ``balance``: 0 counts rows as they are, 1 gives both label values the same weight in all.
    """

    leaves: int
    least_rows: int
    columns: float
    rows: float
    shrinkage: float
    random_cuts: bool
    balance: float


# What tends to win on a few thousand rows: small trees, strong shrinkage, few columns a tree. The search starts from it.
USUAL = Recipe(leaves=8, least_rows=20, columns=0.5, rows=0.7, shrinkage=3.0, random_cuts=False, balance=0.0)


@dataclass(frozen=True)
class Data:
    """A matrix with its labels; ``categorical``: the columns that hold codes. ``counts``: how many rows each row stands for,
    one if not given; ``groups``: what rows must not be apart when some are held out, such as the months of one doctor.
    """

    values: Matrix
    labels: Labels
    categorical: tuple[int, ...]
    counts: Scores | None = None
    groups: Groups | None = None

    def of(self, rows: Sequence[int] | np.ndarray) -> Data:
        """These rows."""
        counts = None if self.counts is None else self.counts[rows]
        groups = None if self.groups is None else self.groups[rows]
        return Data(self.values[rows], self.labels[rows], self.categorical, counts, groups)


def positive_weight(recipe: Recipe, data: Data) -> float:
    """How often a positive row counts beside what it stands for."""
    counts = np.ones(len(data.labels)) if data.counts is None else data.counts
    positive = counts[data.labels == 1].sum()
    return float(((counts.sum() - positive) / positive) ** recipe.balance)


def dataset(data: Data, weight: float) -> lightgbm.Dataset:
    """The rows as LightGBM holds them, positive ones weighted."""
    return lightgbm.Dataset(
        data.values,
        label=data.labels,
        weight=np.where(data.labels == 1, weight, 1.0) * (1.0 if data.counts is None else data.counts),
        categorical_feature=list(data.categorical),
        params={"verbosity": -1, "feature_pre_filter": False, "max_bin": 255},
        free_raw_data=False,
    )


def parameters(recipe: Recipe, seed: int, threads: int) -> dict[str, Any]:
    """LightGBM's parameters. The last group makes two runs over the same rows grow the same trees."""
    return {
        "objective": "binary",
        "metric": "binary_logloss",
        "learning_rate": LEARNING_RATE,
        "num_leaves": recipe.leaves,
        "min_data_in_leaf": recipe.least_rows,
        "feature_fraction": recipe.columns,
        "bagging_fraction": recipe.rows,
        "bagging_freq": 1,
        "lambda_l2": recipe.shrinkage,
        "extra_trees": recipe.random_cuts,
        # Codes of few rows are not split on their own.
        "min_data_per_group": 20,
        "cat_smooth": 20.0,
        "feature_pre_filter": False,
        "verbosity": -1,
        "seed": seed,
        "num_threads": threads,
        "deterministic": True,
        "force_row_wise": True,
    }


def margins(booster: lightgbm.Booster, values: Matrix, weight: float, rounds: int | None = None) -> Scores:
    """Log-odds of being positive. A positive row that counted ``weight`` times raised them all by its logarithm."""
    return np.asarray(booster.predict(values, raw_score=True, num_iteration=rounds)) - math.log(weight)
