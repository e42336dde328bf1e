"""Batches gone wrong at random are caught, clean ones pass: loaded together, each judged beside its county's history alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.corruption.naive import PlainSuites
from benchmarks.corruption.trials import Outcome, judged, trials
from jobs.settings import load_settings
from lake.store import Lake
from synth.corruption.clean import County
from synth.corruption.ways import WAYS, corrupted

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LEAST_CAUGHT = 0.99
# A quarter of the county, so that shares bind from a quarter of the rows on: what is tested are checks, not the machine.
SMALL, FEW_ROWS = (10, 12, 14, 16, 20), "gate.min_rows=250"


def test_there_are_25_ways_and_each_changes_a_batch_the_same_way_for_a_seed() -> None:
    clean = County(1, SMALL).week("n1", 1)

    assert len(WAYS) == 25
    for name in WAYS:
        assert corrupted(clean, name, 3) == corrupted(clean, name, 3) != clean
    assert County(1, SMALL).week("n1", 1) == clean


def test_batches_gone_wrong_are_caught_and_clean_ones_pass(spark: SparkSession, tmp_path: Path) -> None:
    # Every way but five, which the long test draws too.
    settings = load_settings(["identity.mode=clear", FEW_ROWS, f"spark.local_dir={tmp_path / 'scratch'}"], environment={})

    found = judged(Lake(spark, tmp_path / "lake"), tmp_path / "landing", County(9, SMALL), trials(20, 5, 9_001), settings)

    assert len(found) == 25
    assert faulted(found) == ([], [])


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_300_batches_gone_wrong_and_100_clean_ones(spark: SparkSession, tmp_path: Path, part: int) -> None:
    settings = load_settings(["identity.mode=clear", f"spark.local_dir={tmp_path / 'scratch'}"], environment={})
    chosen = trials(300, 100)[part * 50 : part * 50 + 50]

    found = judged(Lake(spark, tmp_path / "lake"), tmp_path / "landing", County(part * 50), chosen, settings)

    missed, refused = faulted(found)
    assert len(missed) <= (1 - LEAST_CAUGHT) * len(found), missed
    assert refused == []


def test_a_plain_suite_sees_some_of_it_and_passes_a_clean_batch(tmp_path: Path) -> None:
    clean, plain = County(1).week("n1", 1), PlainSuites()

    assert plain.refuse(clean, tmp_path / "files") == ()
    assert plain.refuse(corrupted(clean, "sex and insurance swapped", 1), tmp_path / "files") == (
        "setl_d.gend",
        "setl_d.insutype",
    )
    assert plain.refuse(corrupted(clean, "an institution missing", 1), tmp_path / "files") == ()


def faulted(outcomes: list[Outcome]) -> tuple[list[str | None], list[Outcome]]:
    """The ways that were not caught, and the clean batches that were refused."""
    missed = [outcome.trial.way for outcome in outcomes if outcome.trial.way and not outcome.by]
    return missed, [outcome for outcome in outcomes if not outcome.trial.way and outcome.by]
