"""Whole synthetic counties under the demo rule base of 642,658 rows: what is planted is found, what is clean stays so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jobs.against_truth import found_in
from jobs.night import last_day
from jobs.nightly import load_and_judge
from lake.publications import read_published
from lake.tables import BILL_LINE, FINDING
from rules.catalogue import RULE_TYPES
from rules.demo.base import write_demo_rulebase
from synth.county import generate
from synth.profile import CountyProfile
from tests.jobs.nights import settings_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from lake.store import Lake


@pytest.fixture(scope="module")
def demo_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo rule base."""
    folder = tmp_path_factory.mktemp("demo-rules")
    write_demo_rulebase(folder, seed=7)
    return folder


def judged(spark: SparkSession, folder: Path, rules: Path, profile: CountyProfile) -> Lake:
    """The county's lake, every month judged; its truth is ``folder``/truth.parquet."""
    from jobs.spark import open_lake

    generate(spark, folder / "landing", rules, profile, folder / "truth.parquet")
    load_and_judge(folder / "landing", rules, folder / "lake", profile.batches, last_day(profile.batches[-1]), settings_of())
    return open_lake(folder / "lake", settings_of())


@pytest.mark.long
def test_a_county_without_violations_has_no_violation_found(spark: SparkSession, demo_rules: Path, tmp_path: Path) -> None:
    lake = judged(spark, tmp_path, demo_rules, CountyProfile(persons=400, months=4, violations=0))

    violations = [name for name, rule_type in RULE_TYPES.items() if rule_type.kind == "violation"]
    found = read_published(lake, FINDING).where(f"rule_type_id IN {tuple(violations)}")

    assert read_published(lake, BILL_LINE).count() > 5_000
    assert found.select("rule_type_id", "rule_id", "mdtrt_id", "vola_evid").collect() == []


@pytest.mark.long
def test_every_planted_case_is_found(spark: SparkSession, demo_rules: Path, tmp_path: Path) -> None:
    lake = judged(spark, tmp_path, demo_rules, CountyProfile(persons=600, months=6))

    found = {row.rule_type_id: (row.planted, row.found) for row in found_in(lake, tmp_path / "truth.parquet")}

    # S10 compares whole years of an institution: only a longer county has a case of it.
    assert [name for name in RULE_TYPES if name not in found] == ["S10"]
    assert {name: counts for name, counts in found.items() if counts[0] != counts[1]} == {}
