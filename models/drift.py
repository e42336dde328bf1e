"""Drift: how far a month's features and scores lie from the rows that a model learnt from, by the population stability index."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from lake.errors import IntegrityFailure
from models.features import CATEGORY, Feature, Matrix
from models.metrics import Scores

PROFILE = "profile.json"
SCORE = "*"
BINS = 10
# Half a row in every bin: an empty one says little of few rows, and nothing is infinite.
SMOOTHING = 0.5
# Of all marks of a month together, one shift by chance in a hundred months.
CHANCE = 0.01

Counts = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bins:
    """How one feature's values lay. ``edges``: inner borders of its bins, none of a category; the last count: the missing."""

    name: str
    edges: tuple[float, ...]
    values: int
    counts: tuple[float, ...]

    def counted(self, values: Matrix) -> Counts:
        """How many of these values are in each bin, the missing last."""
        is_there = ~np.isnan(values)
        present = values[is_there]
        places = np.searchsorted(self.edges, present, side="left") if self.edges else present.astype(np.int64)
        bins = np.bincount(places, minlength=self.values).astype(np.float64)
        return np.append(bins[: self.values], float(len(values) - len(present)))


@dataclass(frozen=True)
class Shift:
    """A feature's index, and the mark above which it counts as shifted."""

    name: str
    psi: float
    mark: float

    @property
    def is_shifted(self) -> bool:
        return self.psi > self.mark


def profile(values: Matrix, features: Sequence[Feature], margins: Scores) -> tuple[Bins, ...]:
    """How features lay among the rows learnt from, and ``margins`` among rows that the model had not seen."""
    found = [_bins(feature.name, values[:, place], feature) for place, feature in enumerate(features)]
    return (_bins(SCORE, margins, None), *found)


def counts_of(known: Sequence[Bins], values: Matrix, features: Sequence[Feature], margins: Scores) -> dict[str, Counts]:
    """By feature, how many of these rows are in each of its bins."""
    places = {feature.name: place for place, feature in enumerate(features)}
    return {bins.name: bins.counted(margins if bins.name == SCORE else values[:, places[bins.name]]) for bins in known}


def shifts(known: Sequence[Bins], counts: Mapping[str, Counts], limit: float) -> list[Shift]:
    """One for each feature, in the profile's order."""
    return [_shift(bins, counts[bins.name], limit, len(known)) for bins in known]


def save_profile(known: Sequence[Bins], folder: Path) -> str:
    """Writes the profile beside the model's files; its SHA-256."""
    content = json.dumps([asdict(bins) for bins in known], ensure_ascii=False, sort_keys=True).encode()
    (folder / PROFILE).write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def load_profile(content: bytes, digest: str) -> tuple[Bins, ...]:
    """What ``save_profile`` wrote; IntegrityFailure if it is not what the digest says."""
    if hashlib.sha256(content).hexdigest() != digest:
        raise IntegrityFailure(f"{PROFILE} of the model is missing or not what its digest {digest[:12]} says; train again")
    rows: list[dict[str, Any]] = json.loads(content)
    return tuple(Bins(row["name"], tuple(row["edges"]), row["values"], tuple(row["counts"])) for row in rows)


def _bins(name: str, values: Matrix, feature: Feature | None) -> Bins:
    if feature is not None and feature.kind == CATEGORY:
        empty = Bins(name, (), len(feature.categories), ())
    else:
        present = values[~np.isnan(values)]
        inner = np.quantile(present, np.arange(1, BINS) / BINS) if len(present) else np.array([0.0])
        edges = tuple(float(edge) for edge in np.unique(inner))
        empty = Bins(name, edges, len(edges) + 1, ())
    return Bins(name, empty.edges, empty.values, tuple(map(float, empty.counted(values))))


def _shift(bins: Bins, counts: Counts, limit: float, compared: int) -> Shift:
    before, now = np.array(bins.counts), counts
    used = (before + now) > 0
    shares = [(part[used] + SMOOTHING) / (part[used] + SMOOTHING).sum() for part in (before, now)]
    psi = float(np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0])))
    # Without a shift the index is spread as chi-squared × (1/n + 1/m), whatever the feature.
    spread = 1.0 / max(before.sum(), 1.0) + 1.0 / max(now.sum(), 1.0)
    by_chance = _chi_squared(1 - CHANCE / compared, max(int(used.sum()) - 1, 1)) * spread
    return Shift(bins.name, psi, float(max(limit, by_chance)))


def _chi_squared(probability: float, freedom: int) -> float:
    """The quantile, by Wilson and Hilferty's cube: to some percent, which is all that a mark needs."""
    part = 2.0 / (9.0 * freedom)
    return float(freedom * (1.0 - part + NormalDist().inv_cdf(probability) * part**0.5) ** 3)
