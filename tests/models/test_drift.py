"""Drift is seen where it is, not where few rows differ by chance."""

from __future__ import annotations

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
