"""A small synthetic county from conclusions to a night that scores by what was learnt from them."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from jobs.features import build_features
from jobs.model_store import registry_of
from jobs.night import last_day
from jobs.nightly import load_and_judge
from jobs.outcomes_simulated import simulate_outcomes
from jobs.spark import open_published
from jobs.train_target import train_on_lake
from lake.errors import GateRefused
from lake.publications import Publication, read_published
from lake.tables import CASE_LIST, DOCTOR_MONTH, RISK_DRIFT, RISK_SCORE
from rules.demo.base import write_demo_rulebase
from synth.county import generate
from synth.profile import CountyProfile
from tests.jobs.nights import settings_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from lake.tables.schema import Table

CASE_MODEL = "fundguard-risk-case"
PROFILE = CountyProfile(persons=400, months=6)
LAST = last_day(PROFILE.batches[-1])
# Every review is over. June has one case, so it is judged on with May; learnt from is what was known when May began.
REVIEWED = date(2024, 12, 31)
SMALL = ("trials=2", "folds=3", "members=2", "seeds=1", "resamples=200", "test_months=2")


class County:
    """A county's folders, and what is done with them."""

    def __init__(self, spark: SparkSession, folder: Path) -> None:
        self.folder, self.lake, self.truth = folder, folder / "lake", folder / "truth.parquet"
        chosen = (f"model.store={folder / 'models'}", *(f"model.{text}" for text in SMALL), "simulation.hours_per_month=80")
        self.settings = settings_of(*chosen)
        self.by_itself = settings_of(*chosen, "features.nightly=auto")
        self.registry = registry_of(self.settings, CASE_MODEL)
        write_demo_rulebase(folder / "rules", seed=7)
        generate(spark, folder / "landing", folder / "rules", PROFILE, self.truth)
        load_and_judge(folder / "landing", folder / "rules", self.lake, PROFILE.batches, LAST, self.settings)

    def night(self) -> Publication:
        """A night over the last month, with features and scores as soon as there is a champion."""
        months = PROFILE.batches[-1:]
        return load_and_judge(self.folder / "landing", self.folder / "rules", self.lake, months, LAST, self.by_itself)

    def train(self) -> list[str]:
        return train_on_lake("case", self.lake, (), self.settings, Console(file=StringIO()))

    def rows(self, table: Table, publication: Publication) -> DataFrame:
        return read_published(open_published(self.lake, self.settings), table, publication)


@pytest.mark.long
def test_a_night_scores_by_what_was_learnt_of_conclusions(spark: SparkSession, tmp_path: Path) -> None:
    county = County(spark, tmp_path)
    done = simulate_outcomes(county.lake, county.truth, 7, REVIEWED, county.settings)
    assert done.months == len(PROFILE.batches)
    made = build_features(county.lake, PROFILE.batches, REVIEWED, county.settings)
    assert {row.month for row in county.rows(DOCTOR_MONTH, made).select("month").distinct().collect()} == set(PROFILE.batches)

    lines = county.train()
    assert f"{CASE_MODEL} version 1, challenger" in lines[-2]
    # The same rows again are the same model.
    assert county.train()[-1] == lines[-1]
    assert len({version.digest for version in county.registry.versions()}) == 1

    # Whether so few cases surely tell more than their amount is not this test's to say: promoted, or refused with the figure.
    try:
        county.registry.promote()
    except GateRefused as reason:
        assert "is not promoted: " in str(reason)  # noqa: PT017 - either end is right
        unscored = county.night()
        assert RISK_SCORE.name not in unscored.versions
        county.registry.client.set_registered_model_alias(CASE_MODEL, "champion", "2")

    scored = county.night()
    cases = county.rows(CASE_LIST, scored).select("case_id", "basis").collect()
    assert {row.subject_key for row in county.rows(RISK_SCORE, scored).collect()} == {row.case_id for row in cases}
    assert {row.basis for row in cases} == {"model"}
    assert {row.month for row in county.rows(RISK_DRIFT, scored).select("month").distinct().collect()} <= set(PROFILE.batches)
    assert county.night() == scored
