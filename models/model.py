"""A risk model: several LightGBM members whose margins are averaged, a calibration, and the features by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np

from models.calibration import Calibration
from models.features import Feature, Matrix
from models.metrics import Scores
from models.recipe import margins


@dataclass(frozen=True)
class Member:
    """One grown booster; ``weight``: how often a positive row counted for it."""

    booster: lightgbm.Booster
    weight: float


@dataclass(frozen=True)
class RiskModel:
    """``key`` and ``label``: the columns' names in the table learnt from."""

    key: str
    label: str
    features: tuple[Feature, ...]
    members: tuple[Member, ...]
    calibration: Calibration

    def margins(self, values: Matrix) -> Scores:
        """Log-odds before calibration: what rows are ranked by."""
        return np.mean([margins(member.booster, values, member.weight) for member in self.members], axis=0)

    def probabilities(self, values: Matrix) -> Scores:
        """The calibrated probability of each row."""
        return self.calibration.probabilities(self.margins(values))

    def contributions(self, values: Matrix) -> tuple[Matrix, float]:
        """Exact SHAP values by row and feature, and the base that they add up from: base + sum of a row = its margin."""
        shares = [np.asarray(member.booster.predict(values, pred_contrib=True)) for member in self.members]
        mean = np.mean(shares, axis=0)
        base = mean[0, -1] if len(mean) else 0.0
        return mean[:, :-1], float(base - np.mean([np.log(member.weight) for member in self.members]))


def categorical(features: Sequence[Feature]) -> tuple[int, ...]:
    """Places of the features that hold codes."""
    return tuple(place for place, feature in enumerate(features) if feature.kind == "category")
