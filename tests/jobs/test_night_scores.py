"""Nights with and without a champion: scores, order and reasons come with the publication, or the rules order and it is said."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from cases.contents import Selection
from jobs.cases import export_cases
from jobs.model_store import registry_of
from jobs.settings_model import Settings
from jobs.spark import open_published
from lake.publications import Publication, read_published
from lake.runs import RunRecord, read_records
from lake.tables import CASE_LIST, INSTITUTION_MONTH, RISK_DRIFT, RISK_SCORE, VISIT_MONTH
from models.drift import profile, save_profile
from models.features import declare, matrix
from models.model import categorical
from models.model_file import save
from models.recipe import Data
from models.training import fit
from tests.jobs.nights import night, settings_of
from tests.jobs.story import land_batches, write_rules
from tests.models.made import PLAN

CASE_MODEL = "fundguard-risk-case"
MODEL_FILES = ("kept", "model")


def champion(store: Path, settings: Settings, fee: str = "visit_fee_amt") -> None:
    """Promotes a model that learnt from made-up rows that dear visits with many lines are confirmed."""
    random = np.random.default_rng(2)
    table = pa.table({name: random.gamma(2, 100, 80) for name in (fee, "visit_lines", "case_vola_amt")})
    features, _ = declare(table, np.arange(80), {fee: "就诊总费用"}, 100)
    values = matrix(table, features, "made")
    labels = (np.asarray(table[fee]) > 200).astype(np.int8)
    fitted = fit(Data(values, labels, categorical(features)), features, "subject", "confirmed", PLAN)
    folder = store.joinpath(*MODEL_FILES)
    digest = save(fitted.model, folder)
    unseen = np.mean([trial.margins for trial in fitted.kept], axis=0)
    profiled = save_profile(profile(values, features, unseen), folder)
    registry = registry_of(settings, CASE_MODEL)
    verdict = {"baseline": "x", "beats_baseline": True, "split": "", "champion": None, "profile": profiled}
    registry.add("", folder.parent.as_uri(), digest, verdict)
    registry.client.set_registered_model_alias(CASE_MODEL, "champion", str(registry.versions()[0].number))


class Site:
    """A small site with nights by the settings of a product: features and scores as soon as there is a champion."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = folder, folder / "models"
        self.overrides = ("features.nightly=auto", f"model.store={self.store}", "audit.engine=duckdb")
        self.settings = settings_of(*self.overrides)
        self.landing, self.rules = land_batches(folder / "landing", "b1", "b2"), write_rules(folder / "rules")

    def night(self) -> Publication:
        return night(self.folder, self.landing, self.rules, "2025-03", *self.overrides)

    def rows(self, table, publication: Publication) -> list:  # type: ignore[no-untyped-def,type-arg]
        return read_published(open_published(self.folder / "lake", self.settings), table, publication).collect()

    def record(self) -> RunRecord:
        return read_records(self.folder / "lake")[-1]

    def order_told(self) -> str:
        """What the workbook's first sheet says of the order."""
        book = self.folder / "cases.xlsx"
        export_cases(self.folder / "lake", Selection("2025-03"), book, self.settings)
        cells = [cell for row in openpyxl.load_workbook(book)["汇总"].iter_rows(values_only=True) for cell in row]
        return str(cells[cells.index("排序依据") + 1])


@pytest.fixture
def site(spark: SparkSession, tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_night_scores_as_soon_as_there_is_a_champion(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        without = site.night()
    assert "no usable champion for cases: they are ranked by confirmation rates and rules" in caplog.text
    assert site.record().model == "none, by rules"
    assert site.order_told() == "无模型：按规则认定率 × 可追回金额"
    assert not {VISIT_MONTH.name, RISK_SCORE.name} & without.versions.keys()
    assert {row.basis for row in site.rows(CASE_LIST, without)} == {"prior"}
    assert site.night() == without

    champion(site.store, site.settings)
    scored = site.night()
    assert scored.publication_id == without.publication_id + 1
    cases = {row.case_id: row for row in site.rows(CASE_LIST, scored)}
    scores = {row.subject_key: row for row in site.rows(RISK_SCORE, scored)}
    # All cases of all judged months, by the model's probability, with its reasons behind the rules' own.
    assert scores.keys() == cases.keys()
    for case_id, case in cases.items():
        assert (case.basis, round(case.score, 4)) == ("model", round(scores[case_id].probability, 4))
        assert scores[case_id].reasons in case.reasons
        assert "同类中位数" in scores[case_id].reasons
    assert any("就诊总费用" in row.reasons for row in scores.values())
    assert {row.month for row in site.rows(INSTITUTION_MONTH, scored)} == {"2025-03"}
    assert {row.feature for row in site.rows(RISK_DRIFT, scored)} == {"*", "visit_fee_amt", "visit_lines", "case_vola_amt"}
    assert site.record().model == f"{CASE_MODEL}/1"
    assert site.order_told().startswith(f"模型 {CASE_MODEL}/1：概率 × 可追回金额")
    assert site.night() == scored
    assert site.record().model == f"{CASE_MODEL}/1"


@pytest.mark.long
@pytest.mark.parametrize("fault", ["damaged", "of another table"])
def test_a_champion_that_cannot_be_used_stops_no_night(site: Site, fault: str, caplog: pytest.LogCaptureFixture) -> None:
    if fault == "damaged":
        champion(site.store, site.settings)
        member = site.store.joinpath(*MODEL_FILES, "member_00.txt")
        member.write_bytes(member.read_bytes()[:-100])
    else:
        champion(site.store, site.settings, fee="visit_gone")

    with caplog.at_level(logging.WARNING):
        night_of = site.night()
    assert "score: the champion of case is left out: " in caplog.text
    assert {row.basis for row in site.rows(CASE_LIST, night_of)} == {"prior"}
    assert RISK_SCORE.name not in night_of.versions
    assert site.record().model == "none, by rules"
    assert site.order_told() == "无模型：按规则认定率 × 可追回金额"
