"""Training: search for recipes, calibrate on rows not seen, grow the members; and how well that does on rows held out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import lightgbm
import numpy as np

from models.calibration import calibrated
from models.features import Feature
from models.metrics import Scores
from models.model import Member, RiskModel
from models.recipe import Data, dataset, parameters, positive_weight
from models.search import Budget, Search, Trial, search
from models.split import Rows, folds


@dataclass(frozen=True)
class Plan:
    """``members``: best recipes that are kept; ``seeds``: boosters grown from each; ``nested_trials``: the search's budget
    within each fold of the repeated cross-validation.
    """

    budget: Budget
    nested_trials: int
    folds: int
    repeats: int
    members: int
    seeds: int
    isotonic_positives: int
    seed: int
    threads: int


@dataclass(frozen=True)
class Fit:
    """A model, the search that it came from, and the trials that its members were grown by."""

    model: RiskModel
    search: Search
    kept: tuple[Trial, ...]


@dataclass(frozen=True)
class HeldOut:
    """Rows judged by models that had not seen them: margins and probabilities, a line for each repetition."""

    rows: Rows
    margins: Scores
    probabilities: Scores


def fit(data: Data, features: Sequence[Feature], key: str, label: str, plan: Plan) -> Fit:
    """The model of all rows of ``data``."""
    found = search(data, folds(data.labels, plan.folds, plan.seed, data.groups), plan.budget, plan.seed, plan.threads)
    kept = found.trials[: plan.members]
    # Every row's mean margin by trees that had not seen it: what the calibration may look at.
    unseen = np.mean([trial.margins for trial in kept], axis=0)
    calibration = calibrated(unseen, data.labels, plan.isotonic_positives, data.counts)
    members = tuple(_grown(data, trial, plan.seed + number, plan) for trial in kept for number in range(plan.seeds))
    return Fit(RiskModel(key, label, tuple(features), members, calibration), found, kept)


def judged_once(model: RiskModel, data: Data, rows: Rows) -> HeldOut:
    """The rows of a test part by the model."""
    margins = model.margins(data.values[rows])
    return HeldOut(rows, margins[None, :], model.calibration.probabilities(margins)[None, :])


def cross_validated(data: Data, features: Sequence[Feature], plan: Plan, step: Callable[[], None]) -> HeldOut:
    """Every row by models of the other folds, searched and grown without it, ``repeats`` times; ``step`` after each fold."""
    margins, probabilities = (np.empty((plan.repeats, len(data.labels))) for _ in range(2))
    nested = replace(plan, budget=Budget(plan.nested_trials, plan.budget.seconds))
    for repeat in range(plan.repeats):
        for train, test in folds(data.labels, plan.folds, plan.seed + 1 + repeat):
            model = fit(data.of(train), features, "", "", nested).model
            margins[repeat, test] = model.margins(data.values[test])
            probabilities[repeat, test] = model.calibration.probabilities(margins[repeat, test])
            step()
    return HeldOut(np.arange(len(data.labels)), margins, probabilities)


def _grown(data: Data, trial: Trial, seed: int, plan: Plan) -> Member:
    weight = positive_weight(trial.recipe, data)
    chosen = parameters(trial.recipe, seed, plan.threads)
    return Member(lightgbm.train(chosen, dataset(data, weight), num_boost_round=trial.rounds), weight)
