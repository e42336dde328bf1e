"""Histories on the embedded engine: what stands after nights that judge what they touch is what the whole finds (0088)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rules.engines.spark import SparkEngine
from tests.generated.again import Standing, part, result, whole
from tests.generated.differences import differences
from tests.generated.histories import drawn_nights

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


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


# One type of every kind of look-back, and two that look further: each shape is planned anew by Spark, however few the lines.
FEW = ("V02", "V09", "V14", "S01", "S08", "S09")


def test_ten_histories_judged_in_part_by_spark(spark: SparkSession, tmp_path: Path) -> None:
    """No lake and no commits: what Spark finds in the part meets what stands, against the embedded engine's whole."""
    first, second = drawn_nights(5, histories=10, nights=2, types=FEW)
    standing, distributed = whole(Standing(), first), SparkEngine(spark, tmp_path / "scratch")

    moved = part(standing, second, distributed)

    assert moved is not None
    everything = whole(standing, second)
    assert differences(result(everything), result(moved)) == []
    # Without the part, what stands would not be what the whole finds.
    assert differences(result(everything), result(standing)) != []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 120))
def test_ten_thousand_histories_in_all(seed: int) -> None:
    nights_in_part(seed, histories=500)
