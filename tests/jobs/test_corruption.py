"""Batches gone wrong at random are caught, clean ones pass; each batch with its own verdict in one lake."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.corruption import SMALL, Outcome, judged, plain_refuses, trials
from jobs.settings import load_settings
from lake.store import Lake
from synth.corruption.clean import county
from synth.corruption.ways import WAYS, corrupted

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LEAST_CAUGHT = 0.99


def outcomes(spark: SparkSession, folder: Path, bad: int, clean: int, first_seed: int) -> list[Outcome]:
    settings = load_settings([*SMALL, f"spark.local_dir={folder / 'scratch'}"], environment={})
    return judged(Lake(spark, folder / "lake"), folder / "landing", trials(bad, clean, first_seed), settings)


def test_there_are_25_ways_and_each_changes_a_batch_the_same_way_for_a_seed() -> None:
    _, clean = county("c1", 1)

    assert len(WAYS) == 25
    for name in WAYS:
        assert corrupted(clean, name, 3) == corrupted(clean, name, 3) != clean
    assert county("c1", 1)[1] == clean


def test_batches_gone_wrong_are_caught_and_clean_ones_pass(spark: SparkSession, tmp_path: Path) -> None:
    # Every way but five, which the long test draws too.
    found = outcomes(spark, tmp_path, bad=20, clean=5, first_seed=9_001)

    assert [outcome.trial.way for outcome in found if outcome.trial.way and not outcome.by] == []
    assert [outcome for outcome in found if not outcome.trial.way and outcome.by] == []


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_300_batches_gone_wrong_and_100_clean_ones(spark: SparkSession, tmp_path: Path, part: int) -> None:
    chosen = trials(300, 100)[part * 50 : part * 50 + 50]
    settings = load_settings([*SMALL, f"spark.local_dir={tmp_path / 'scratch'}"], environment={})

    found = judged(Lake(spark, tmp_path / "lake"), tmp_path / "landing", chosen, settings)

    bad = [outcome for outcome in found if outcome.trial.way]
    assert sum(bool(outcome.by) for outcome in bad) >= LEAST_CAUGHT * len(bad)
    assert [outcome for outcome in found if not outcome.trial.way and outcome.by] == []


def test_a_plain_suite_sees_some_of_it_and_passes_a_clean_batch(tmp_path: Path) -> None:
    _, clean = county("c1", 1)

    assert not plain_refuses(clean, tmp_path / "clean")
    assert plain_refuses(corrupted(clean, "line amounts and prices swapped", 1), tmp_path / "swapped")
    assert not plain_refuses(corrupted(clean, "an institution missing", 1), tmp_path / "missing")
