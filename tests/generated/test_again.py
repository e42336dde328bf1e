"""Histories on the embedded engine: what stands after nights that judge what they touch is what the whole finds (0088)."""

from __future__ import annotations

import pytest

from tests.generated.again import Standing, part, result, whole
from tests.generated.differences import differences
from tests.generated.histories import drawn_nights


def nights_in_part(seed: int, histories: int) -> int:
    """How many nights judged a part, once each of them left what the whole finds."""
    standing, in_part = Standing(), 0
    for number, night in enumerate(drawn_nights(seed, histories)):
        everything = whole(standing, night)
        moved = part(standing, night) if number else None
        if moved is not None:
            assert differences(result(everything), result(moved)) == []
            in_part += 1
        standing = moved or everything
    assert standing.found["finding"].num_rows > 0
    return in_part


@pytest.mark.parametrize("seed", [0, 1])
def test_a_hundred_and_fifty_histories(seed: int) -> None:
    assert nights_in_part(seed, histories=150) > 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 120))
def test_ten_thousand_histories_in_all(seed: int) -> None:
    nights_in_part(seed, histories=500)
