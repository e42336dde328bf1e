"""Cases that look wrong and have an explanation are planted beside the wrong ones, and move none of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from lake.knowledge import icd9cm3, icd10
from synth import diagnoses
from synth.planted.cases import plan_cases
from synth.planted.plan import Plan
from synth.profile import CountyProfile
from synth.rulefiles import open_rules
from tests.synth.tiny_rules import write_tiny_rules

PROFILE = CountyProfile(persons=2000, months=6, seed=5, violations=0.1, explained=0.1)


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Plan]:
    """The plans of the county, of one without explained cases, and of one without violations."""
    book = open_rules(write_tiny_rules(tmp_path_factory.mktemp("explained") / "rules"))
    diagnoses.load_lists(book, str(icd10()), str(icd9cm3()))
    profiles = {"both": PROFILE, "wrong": replace(PROFILE, explained=0.0), "clean": replace(PROFILE, violations=0.0)}
    return {name: plan_cases(book, profile) for name, profile in profiles.items()}


def test_the_wrong_cases_stay_as_they_were(plans: dict[str, Plan]) -> None:
    both, wrong = plans["both"], plans["wrong"]
    assert [row for row in both.truth if row["kind"] != "explained"] == wrong.truth
    assert both.visit_list[: len(wrong.visit_list)] == wrong.visit_list
    assert len({row["person"] for row in both.people}) == len(both.people)


def test_explained_ones_are_mostly_at_referral_hospitals_and_not_only_there(plans: dict[str, Plan]) -> None:
    ranks = {row["mdtrt_id"]: row["hosp_rank"] for row in plans["both"].visit_list}
    counted = Counter((row["kind"], ranks[row["mdtrt_id"]] == 3) for row in plans["both"].truth if row["mdtrt_id"] != "*")
    assert counted["explained", True] > 3 * counted["explained", False] > 0
    assert counted["violation", False] > 3 * counted["violation", True] > 0
    types = {str(row["rule_type_id"]) for row in plans["both"].truth if row["kind"] == "explained"}
    # Of the types with rows here: neither the sex of a code nor a price has an explanation.
    assert types == {"V01", "V27", "V28", "S01", "S02", "S08"}


def test_a_county_without_violations_has_nothing_to_explain(plans: dict[str, Plan]) -> None:
    assert plans["clean"].truth == []


def test_no_case_is_planted_by_a_rule_of_hospitals_that_the_county_has_none_of(tmp_path: Path) -> None:
    rules = write_tiny_rules(tmp_path / "rules")
    # Level 11 is none at all: the cases lie at hospitals with one.
    pregnancy = {"rule_ver": "1", "stas": "active", "variant": "matn", "matn_stas": "3", "med_list_codg": "XRULE001"}
    rows = [pregnancy | {"rule_id": "V24-0", "hosp_lv": "11"}, pregnancy | {"rule_id": "V24-1", "hosp_lv": "2"}]
    pd.DataFrame(rows, dtype=object).to_parquet(rules / "V24.parquet", index=False)
    book = open_rules(rules)
    diagnoses.load_lists(book, str(icd10()), str(icd9cm3()))

    plan = plan_cases(book, replace(PROFILE, violations=0.5, explained=0.5))

    assert {row["rule_id"] for row in plan.truth if row["rule_type_id"] == "V24"} == {"V24-1"}
