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
# An edge of whose sides the month tells more than this part divides months, not rows (docs/decisions/0150).
MOST_OF_MONTHS = 0.1
# How far beyond the levels of the months learnt from another month may lie, in parts of their range.
BEYOND = 0.5

Counts = npt.NDArray[np.float64]
# Of each row the number of its month, from 0.
Months = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Bins:
    """How one feature's values lay. ``edges``: inner borders of its bins, none of a category; the last count: the missing;
    ``by_month``: what part of a value's place its month tells, of ``months`` months; ``counts_missing``: they are compared, too.
    """

    name: str
    edges: tuple[float, ...]
    values: int
    counts: tuple[float, ...]
    by_month: float = 0.0
    months: int = 1
    counts_missing: bool = True

    def places(self, values: Matrix) -> Months:
        """The bin of each of these values, the missing in the last."""
        is_there = ~np.isnan(values)
        found = np.full(len(values), self.values, np.int64)
        is_number = len(self.edges) or self.values == 1
        found[is_there] = np.searchsorted(self.edges, values[is_there], side="left") if is_number else values[is_there]
        return found

    def counted(self, values: Matrix) -> Counts:
        """How many of these values are in each bin, the missing last."""
        return np.bincount(self.places(values), minlength=self.values + 1).astype(np.float64)


@dataclass(frozen=True)
class Shift:
    """A feature's index, and the mark above which it counts as shifted."""

    name: str
    psi: float
    mark: float

    @property
    def is_shifted(self) -> bool:
        return self.psi > self.mark


def profile(
    values: Matrix, features: Sequence[Feature], margins: Scores, months: Months | None = None, unseen: Months | None = None
) -> tuple[Bins, ...]:
    """How features lay among the rows learnt from, of these ``months``, and ``margins`` among rows that the model had not seen,
    of the months ``unseen``; without months as if all were of one.
    """
    learnt = np.zeros(len(values), np.int64) if months is None else months
    judged = np.zeros(len(margins), np.int64) if unseen is None else unseen
    found = [_bins(feature.name, values[:, place], feature, learnt) for place, feature in enumerate(features)]
    return (_bins(SCORE, margins, None, judged), *found)


def counts_of(known: Sequence[Bins], values: Matrix, features: Sequence[Feature], margins: Scores) -> dict[str, Counts]:
    """By feature, how many of these rows are in each of its bins."""
    places = {feature.name: place for place, feature in enumerate(features)}
    return {bins.name: bins.counted(margins if bins.name == SCORE else values[:, places[bins.name]]) for bins in known}


def shifts(known: Sequence[Bins], counts: Mapping[str, Counts], limit: float, months: int = 1) -> list[Shift]:
    """One for each feature, in the profile's order; ``months``: how many the counted rows are of."""
    return [_shift(bins, counts[bins.name], limit, len(known), months) for bins in known]


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
    # Profiles of models trained before months were told apart do not say what these tell.
    return tuple(Bins(**{**row, "edges": tuple(row["edges"]), "counts": tuple(row["counts"])}) for row in rows)


def _bins(name: str, values: Matrix, feature: Feature | None, months: Months) -> Bins:
    if feature is not None and feature.kind == CATEGORY:
        empty = Bins(name, (), len(feature.categories), ())
    else:
        is_there = ~np.isnan(values)
        edges = _edges(values[is_there], months[is_there])
        empty = Bins(name, edges, len(edges) + 1, ())
    places = empty.places(values)
    counts = tuple(map(float, np.bincount(places, minlength=empty.values + 1)))
    is_missing = places == empty.values
    # Whether there is a value: of a lake's first year trends tell the month, and nothing else.
    counts_missing = _divides_rows(is_missing, months)
    by_month = _told_by_month(places[~is_missing], months[~is_missing])
    return Bins(name, empty.edges, empty.values, counts, by_month, len(np.unique(months)), counts_missing)


def _edges(present: Matrix, months: Months) -> tuple[float, ...]:
    """Deciles. Where some divide months rather than rows, one bin holds what the months' levels cover, and somewhat beyond."""
    if not len(present):
        return (0.0,)
    deciles = np.unique(np.quantile(present, np.arange(1, BINS) / BINS))
    edges = [edge for edge in deciles if _divides_rows(present > edge, months)]
    if len(edges) < len(deciles):
        levels = [float(np.median(present[months == month])) for month in np.unique(months)]
        low, high = _around(levels)
        # Where months divide even there, what lies beyond all that was learnt.
        least, most = _around(present)
        low = low if _divides_rows(present > low, months) else least
        high = high if _divides_rows(present > high, months) else most
        edges = [low, *(edge for edge in edges if not low < edge < high), high]
    return tuple(map(float, np.unique(edges)))


def _around(values: Matrix | Sequence[float]) -> tuple[float, float]:
    """The least and the greatest, and somewhat beyond."""
    least, most = float(np.min(values)), float(np.max(values))
    return least - BEYOND * (most - least), most + BEYOND * (most - least)


def _divides_rows(is_beyond: npt.NDArray[np.bool_], months: Months) -> bool:
    return _told_by_month(is_beyond.astype(np.int64), months) <= MOST_OF_MONTHS


def _told_by_month(places: Months, months: Months) -> float:
    """The intraclass correlation of a month: what part of the bin that a row is in its month tells, from 0 to 1.

    Rows of months that differ no more than chance makes them give chi-squared with (months - 1)(bins - 1) degrees of freedom.
    """
    table = np.zeros((months.max(initial=0) + 1, places.max(initial=0) + 1))
    np.add.at(table, (months, places), 1.0)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    rows, freedom = table.sum(axis=1), (table.shape[0] - 1) * (table.shape[1] - 1)
    each = (rows.sum() - (rows**2).sum() / max(rows.sum(), 1.0)) / max(len(rows) - 1, 1)  # rows of a month
    if freedom < 1 or each <= 1:
        return 0.0
    expected = rows[:, None] * table.sum(axis=0) / rows.sum()
    inflated = ((table - expected) ** 2 / expected).sum() / freedom
    return float(np.clip((inflated - 1) / (each - 1), 0.0, 1.0))


def _shift(bins: Bins, counts: Counts, limit: float, compared: int, months: int) -> Shift:
    compared_bins = bins.values + 1 if bins.counts_missing else bins.values
    before, now = np.array(bins.counts)[:compared_bins], counts[:compared_bins]
    used = (before + now) > 0
    shares = [(part[used] + SMOOTHING) / (part[used] + SMOOTHING).sum() for part in (before, now)]
    psi = float(np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0])))
    # Without a shift the index is spread as chi-squared × (1/n + 1/m), whatever the feature, and more where the rows of a month
    # lie together: months are drawn as well as rows.
    spread = 1.0 / max(before.sum(), 1.0) + 1.0 / max(now.sum(), 1.0) + bins.by_month * (1.0 / bins.months + 1.0 / months)
    by_chance = _chi_squared(1 - CHANCE / compared, max(int(used.sum()) - 1, 1)) * spread
    return Shift(bins.name, psi, float(max(limit, by_chance)))


def _chi_squared(probability: float, freedom: int) -> float:
    """The quantile, by Wilson and Hilferty's cube: to some percent, which is all that a mark needs."""
    part = 2.0 / (9.0 * freedom)
    return float(freedom * (1.0 - part + NormalDist().inv_cdf(probability) * part**0.5) ** 3)
