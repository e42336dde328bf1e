"""Scores of the night: by the champion where there is one, the same as by hand; none without, and none left behind."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.model_store import registry_of
from jobs.risk_rows import KEY, subject_rows
from jobs.score_lake import champions_of, score_subjects
from jobs.settings_model import Settings
from lake.errors import IntegrityFailure
from lake.store import Lake
from lake.tables import FINDING, RISK_DRIFT, RISK_SCORE
from models.drift import profile, save_profile
from models.features import declare, matrix
from models.model import RiskModel, categorical
from models.model_file import save
from models.recipe import Data
from models.training import fit
from tests.cases.tables import frame
from tests.jobs.nights import settings_of
from tests.models.made import PLAN

MONTHS = ("2025-03", "2025-04")
CASES = 60


def findings_text(number: int) -> list[str]:
    """A visit with one finding, every other one of each month with a second; every third is dear."""
    amount = 900 + number if number % 3 == 0 else 10 + number
    month = MONTHS[number % 2]
    kinds = ["V02", "V01"][: 1 + number // 2 % 2]
    return [f"f{number}{kind} | {kind} | R{kind} | {month} | m{number} | {amount}.00 | {amount // 2}.00" for kind in kinds]


def written(lake: Lake, spark: SparkSession) -> None:
    head = "jr_id | rule_type_id | rule_id | found_for | mdtrt_id | vola_amt | fund_amt\n"
    text = head + "\n".join(line for number in range(CASES) for line in findings_text(number))
    lake.replace_all(FINDING, frame(spark, "finding", text))


def champion(lake: Lake, settings: Settings, store: Path) -> tuple[RiskModel, pa.Table]:
    """Registers a model of the lake's cases that finds the dear ones risky; it and the rows that it learnt from."""
    rows = subject_rows("case", lake.read)
    table = rows.frame.orderBy("month", KEY).toArrow()
    columns = table.drop_columns([KEY, "entity", "month"])
    features, _ = declare(columns, range(CASES), rows.names, 100, rows.units)
    values = matrix(columns, features, "made")
    labels = (np.asarray(table["case_vola_max"].cast(pa.float64())) > 500).astype(np.int8)
    data = Data(values, labels, categorical(features))
    fitted = fit(data, features, KEY, "confirmed", PLAN)
    digest = save(fitted.model, store / "kept" / "model")
    unseen = np.mean([trial.margins for trial in fitted.kept], axis=0)
    profiled = save_profile(profile(values, features, unseen), store / "kept" / "model")
    registry = registry_of(settings, "fundguard-risk-case")
    verdict = {"baseline": "x", "beats_baseline": True, "split": "", "champion": None, "profile": profiled}
    registry.add("", (store / "kept").as_uri(), digest, verdict)
    registry.promote()
    return fitted.model, table


def test_the_champions_scores_are_those_of_its_model_and_go_with_it(
    lake: Lake, spark: SparkSession, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    written(lake, spark)
    settings = settings_of(f"model.store={tmp_path}")
    with caplog.at_level(logging.WARNING):
        assert not score_subjects(lake, settings, champions_of(settings), MONTHS)
    assert "score: no champion for case, doctor, institution, so no scores of them" in caplog.text
    assert not lake.exists(RISK_SCORE)

    model, rows = champion(lake, settings, tmp_path)
    assert score_subjects(lake, settings, champions_of(settings), [])  # every month with findings, as the champion is new
    version = lake.version(RISK_SCORE)
    assert not score_subjects(lake, settings, champions_of(settings), MONTHS)
    assert lake.version(RISK_SCORE) == version

    told = {row.subject_key: row for row in lake.read(RISK_SCORE).collect()}
    wanted = model.probabilities(matrix(rows, model.features, "made"))
    assert set(told) == set(rows[KEY].to_pylist())
    for key, probability in zip(rows[KEY].to_pylist(), wanted, strict=True):
        assert float(told[key].probability) == pytest.approx(probability, abs=1e-6)
    one = told[rows[KEY][0].as_py()]
    assert (one.subject_type, one.model_version) == ("case", "fundguard-risk-case/1")
    assert 3 <= one.reasons.count("。") <= 5
    assert "同类中位数" in one.reasons
    # Features of the rows that it learnt from have not drifted. Its scores of them may: the profile holds those of unseen rows.
    drift = lake.read(RISK_DRIFT)
    assert drift.where("month = '2025-03' AND is_shifted = 1 AND feature <> '*'").isEmpty()
    assert {row.feature for row in drift.collect()} == {"*", *(feature.name for feature in model.features)}

    registry_of(settings, "fundguard-risk-case").client.delete_registered_model_alias("fundguard-risk-case", "champion")
    assert score_subjects(lake, settings, champions_of(settings), [])
    assert lake.read(RISK_SCORE).isEmpty()
    assert lake.read(RISK_DRIFT).isEmpty()


def test_a_damaged_champion_scores_nothing(lake: Lake, spark: SparkSession, tmp_path: Path) -> None:
    written(lake, spark)
    settings = settings_of(f"model.store={tmp_path}")
    champion(lake, settings, tmp_path)
    member = tmp_path / "kept" / "model" / "member_00.txt"
    member.write_bytes(member.read_bytes()[:-100])

    with pytest.raises(IntegrityFailure, match=r"member_00\.txt of the model is missing or not what its digest"):
        score_subjects(lake, settings, champions_of(settings), MONTHS)
    assert not lake.exists(RISK_SCORE)
