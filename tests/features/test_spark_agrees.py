"""Spark and the embedded engine make the same feature tables of the same drawn county."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rules.engines.spark import SparkEngine
from tests.features.county import MONTHS, drawn, features_by
from tests.features.test_point_in_time import known_by

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.mark.long
def test_both_engines_make_the_same_features(spark: SparkSession, tmp_path: Path) -> None:
    asked = list(MONTHS[2:4])
    batches, small = drawn(0), known_by(MONTHS[-1])

    by_spark = features_by(batches, asked, SparkEngine(spark, tmp_path), **small)

    assert by_spark == features_by(batches, asked, **small)
