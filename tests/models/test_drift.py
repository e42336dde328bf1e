"""Drift is seen where it is, not where few rows differ by chance."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from lake.errors import IntegrityFailure
from models.drift import SCORE, counts_of, load_profile, profile, save_profile, shifts
from models.features import CATEGORY, NUMBER, Feature

FEATURES = (Feature("amount", "金额", NUMBER, (), 0.0), Feature("kind", "类别", CATEGORY, ("a", "b"), "a"))


def rows(count: int, seed: int, moved: float = 0.0, share_b: float = 0.5, missing: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    amount = np.where(random.random(count) < missing, np.nan, random.normal(moved, 1, count))
    return np.column_stack([amount, (random.random(count) < share_b).astype(float)]), random.normal(moved, 1, count)


def shifted(count: int, **differs: float) -> list[str]:
    values, margins = rows(2000, 1)
    known = profile(values, FEATURES, margins)
    new_values, new_margins = rows(count, 2, **differs)
    found = shifts(known, counts_of(known, new_values, FEATURES, new_margins), 0.25)
    return [shift.name for shift in found if shift.is_shifted]


def test_a_shift_of_numbers_shares_or_gaps_is_seen() -> None:
    assert shifted(500) == []
    assert shifted(500, moved=1.0) == [SCORE, "amount"]
    assert shifted(500, share_b=0.9) == ["kind"]
    assert shifted(500, missing=0.6) == ["amount"]


def test_few_rows_differ_by_chance() -> None:
    # Of 12 rows in eleven bins most are far from their share.
    assert shifted(12) == []


# Findings for each thousand lines in the months learnt from, drawn towards the mean of their month: who has none lies a little
# below it, the more lines the farther, and a few lie far above it.
LEVELS = (4.0, 5.5, 4.6, 5.1, 4.2, 5.8, 4.9, 5.3, 4.4, 5.0, 5.6, 4.8)
NONE_FOUND = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.1, -0.1, -0.1, -0.1, -0.2, -0.2, -0.2, -0.3, -0.3, -0.4)
FOUND = (3.0, 7.0, 12.0, 30.0)
RATE = (Feature("rate", "疑点率", NUMBER, (), 0.0),)


def month_of(level: float, found: int = 1) -> list[float]:
    """Twenty subjects of a month with that mean; ``found``: how many times as many of them as usual have findings."""
    return [level + above for above in (*NONE_FOUND[4 * (found - 1) :], *FOUND * found)]


def is_moved(month: list[float]) -> bool:
    learnt = np.array([month_of(level) for level in LEVELS])
    months = np.repeat(np.arange(len(LEVELS)), learnt.shape[1])
    known = profile(learnt.reshape(-1, 1), RATE, np.zeros(learnt.size), months)
    values = np.array(month)[:, None]
    return shifts(known, counts_of(known, values, RATE, np.zeros(len(values))), 0.25)[1].is_shifted


def test_a_rate_whose_mean_moves_within_its_former_months_is_not_shifted() -> None:
    # Each of the months learnt from, one between them, and one a little beyond: as far apart as months are.
    assert [level for level in (*LEVELS, 5.05, 6.2) if is_moved(month_of(level))] == []


def test_a_rate_that_leaves_its_former_months_is_shifted() -> None:
    assert is_moved(month_of(10.0))
    assert is_moved(month_of(1.0))
    # The mean is an old one, but most subjects have findings.
    assert is_moved(month_of(5.0, found=4))


def test_a_trend_that_the_first_months_could_not_have_is_not_shifted_where_it_is_there() -> None:
    # Three months without a month before to compare with, then nine with one; what is there lies as it did.
    trends = [0.7, 0.9, 1.0, 1.1, 1.4] * 4
    learnt, months = np.array([[np.nan] * 20] * 3 + [trends] * 9), np.repeat(np.arange(12), 20)
    known = profile(learnt.reshape(-1, 1), RATE, np.zeros(240), months)

    def is_shifted(values: list[float]) -> bool:
        return shifts(known, counts_of(known, np.array(values)[:, None], RATE, np.zeros(20)), 0.25)[1].is_shifted

    assert not is_shifted(trends)
    assert not is_shifted([np.nan] * 20)
    assert is_shifted([2 * trend for trend in trends])


def test_a_profile_of_a_model_trained_before_months_were_told_apart_is_read(tmp_path: Path) -> None:
    content = b'[{"name": "*", "edges": [0.5], "values": 2, "counts": [3.0, 4.0, 0.0]}]'

    (bins,) = load_profile(content, hashlib.sha256(content).hexdigest())

    assert (bins.by_month, bins.months, bins.counts_missing) == (0.0, 1, True)


def test_without_months_the_rates_of_each_lie_elsewhere() -> None:
    # What the two tests above hold against: by deciles of all months together a month is a shift from itself.
    learnt = np.array([month_of(level) for level in LEVELS])
    known = profile(learnt.reshape(-1, 1), RATE, np.zeros(learnt.size))
    first = learnt[0][:, None]
    assert shifts(known, counts_of(known, first, RATE, np.zeros(len(first))), 0.25)[1].is_shifted


def test_the_index_is_the_textbooks() -> None:
    # Two bins of 50 and 50, then 75 and 25: (0.75 - 0.5) ln 1.5 + (0.25 - 0.5) ln 0.5, a little less for the half rows.
    before = np.repeat([0.0, 1.0], 50)[:, None]
    after = np.repeat([0.0, 1.0], [75, 25])[:, None]
    known = profile(before, FEATURES[1:], np.zeros(100))

    found = {shift.name: shift.psi for shift in shifts(known, counts_of(known, after, FEATURES[1:], np.zeros(100)), 0.25)}

    assert found["kind"] == pytest.approx(0.25 * np.log(1.5) + 0.25 * np.log(2), abs=0.01)
    assert found[SCORE] == pytest.approx(0, abs=1e-9)


def test_a_profile_read_back_is_the_same_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    values, margins = rows(200, 1)
    known = profile(values, FEATURES, margins)

    digest = save_profile(known, tmp_path)
    content = (tmp_path / "profile.json").read_bytes()

    assert load_profile(content, digest) == known
    with pytest.raises(IntegrityFailure, match="not what its digest"):
        load_profile(content[:-5], digest)
