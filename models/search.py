"""The search for recipes: Optuna's trials under a budget, each judged by cross-validation on the training rows alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import lightgbm
import numpy as np
import optuna

from models.metrics import MEASURES, Ranking, Scores
from models.recipe import MOST_ROUNDS, PATIENCE, USUAL, Data, Recipe, dataset, margins, parameters, positive_weight
from models.split import Fold


@dataclass(frozen=True)
class Budget:
    """``seconds`` end the search early, after the trial that is running: what is found then depends on the machine."""

    trials: int
    seconds: float


@dataclass(frozen=True)
class Trial:
    """A recipe, its best number of trees, and what it came to: mean average precision over the folds, margins of each row
    by the trees that had not seen it.
    """

    recipe: Recipe
    rounds: int
    average_precision: float
    margins: Scores


@dataclass(frozen=True)
class Search:
    """All trials, the best first. ``ended_early``: the seconds were over before the trials."""

    trials: tuple[Trial, ...]
    ended_early: bool


def search(data: Data, folds: Sequence[Fold], budget: Budget, seed: int, threads: int) -> Search:
    """What the trials found. Equal data, folds, seed and number of trials give equal trials."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    trials: list[Trial] = []

    def objective(trial: optuna.Trial) -> float:
        trials.append(tried(data, folds, _suggested(trial, len(data.labels)), seed, threads))
        return trials[-1].average_precision

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=8))
    usual = asdict(replace(USUAL, least_rows=min(USUAL.least_rows, _most_rows(len(data.labels)))))
    study.enqueue_trial(usual)
    study.optimize(objective, n_trials=budget.trials, timeout=budget.seconds)
    best_first = sorted(trials, key=lambda trial: -trial.average_precision)
    return Search(tuple(best_first), len(trials) < budget.trials)


def tried(data: Data, folds: Sequence[Fold], recipe: Recipe, seed: int, threads: int) -> Trial:
    """The recipe on every fold. All folds stop after the same number of trees, where their mean loss is lowest."""
    weight = positive_weight(recipe, data)
    grown: Any = lightgbm.cv(
        parameters(recipe, seed, threads),
        dataset(data, weight),
        num_boost_round=MOST_ROUNDS,
        folds=folds,
        return_cvbooster=True,
        callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
    )["cvbooster"]
    unseen = np.empty(len(data.labels))
    for booster, (_, rows) in zip(grown.boosters, folds, strict=True):
        unseen[rows] = margins(booster, data.values[rows], weight, grown.best_iteration)
    # Folds of whole groups may hold no positive row: nothing can be asked of them.
    precisions = [_average_precision(data, unseen, rows) for _, rows in folds if data.labels[rows].any()]
    return Trial(recipe, int(grown.best_iteration), float(np.mean(precisions)), unseen)


def _average_precision(data: Data, unseen: Scores, rows: np.ndarray) -> float:
    held = data.of(rows)
    return MEASURES["average_precision"](*Ranking(held.labels, unseen[rows], held.counts).found())


def _most_rows(rows: int) -> int:
    """The largest leaf minimum that still lets a table of ``rows`` be cut a few times."""
    return max(2, min(100, rows // 20))


def _suggested(trial: optuna.Trial, rows: int) -> Recipe:
    most = _most_rows(rows)
    return Recipe(
        leaves=trial.suggest_int("leaves", 3, 48, log=True),
        least_rows=trial.suggest_int("least_rows", min(5, most), most, log=True),
        columns=trial.suggest_float("columns", 0.2, 1.0),
        rows=trial.suggest_float("rows", 0.4, 1.0),
        shrinkage=trial.suggest_float("shrinkage", 0.1, 30.0, log=True),
        random_cuts=trial.suggest_categorical("random_cuts", [False, True]),
        balance=trial.suggest_categorical("balance", [0.0, 0.5, 1.0]),
    )
