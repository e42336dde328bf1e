"""Past months ordered by what was known before them, in a small lake, against conclusions and against a truth table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cases.evaluation import JudgedCase
from jobs.evaluate import evaluate, report_of
from jobs.model_store import registry_of
from lake.errors import BadInput
from lake.publications import publish
from lake.tables import CASE_LIST, RISK_SCORE
from tests.cases.tables import frame
from tests.jobs.test_rates import DAY, fill, settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from lake.store import Lake

TRUTH = ("kind", "rule_type_id", "mdtrt_id", "feedetl_sn", "fixmedins_code")


def confirmed(cases: list[JudgedCase]) -> dict[tuple[str, int], int]:
    """Number of cases by month and 分 confirmed."""
    keys = [(case.month, case.confirmed) for case in cases]
    return {key: keys.count(key) for key in keys}


def test_months_are_judged_by_the_truth_or_by_conclusions(lake: Lake, spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no lake there"):
        evaluate(lake.path, None, True, settings())
    # The thirty cases of March are all refuted before April begins.
    fill(lake, spark, concluded_on="2025-03-31")
    publish(lake, DAY, "2025-04", ["2025-03", "2025-04"], "b1", settings().publication_digest())
    truth = tmp_path / "truth.parquet"
    planted = [
        ("suspicion", "S01", "N1", "*", "H1"),
        ("near_miss", "S01", "M01", "*", "H1"),
        ("suspicion", "S01", "M05", "*", "H1"),
    ]
    pq.write_table(pa.Table.from_pylist([dict(zip(TRUTH, row, strict=True)) for row in planted]), truth)

    by_truth = evaluate(lake.path, truth, True, settings())
    assert confirmed(list(by_truth.cases)) == {("2025-03", 0): 29, ("2025-03", 4000): 1, ("2025-04", 4000): 1}
    assert list(by_truth.learnt_months) == ["2025-04"]
    # By default from the first month on that something was known before.
    assert [case.month for case in report_of(by_truth, None, None).cases] == ["2025-04"]
    assert len(report_of(by_truth, "2025-03", "2025-03").cases) == 30
    with pytest.raises(BadInput, match="no case of these months"):
        report_of(by_truth, "2026-01", None)

    # Nobody concluded on the case of April.
    assert confirmed(list(evaluate(lake.path, None, True, settings()).cases)) == {("2025-03", 0): 30}
    with pytest.raises(BadInput, match="no such file"):
        evaluate(lake.path, tmp_path / "none.parquet", True, settings())


def test_scores_order_the_months_that_their_model_learnt_nothing_of(
    lake: Lake, spark: SparkSession, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fill(lake, spark, concluded_on="2025-03-31")
    # One month each, as a champion scores all months with findings.
    cases = [(row.case_id, row.month) for row in lake.read(CASE_LIST).collect()]
    head = "subject_type | subject_key | month | probability | margin | reasons | model_version | model_digest"
    rows = [f"case | {case_id} | {month} | 0.5 | 0.0 | why。 | fundguard-risk-case/1 | d" for case_id, month in cases]
    lake.replace_all(RISK_SCORE, frame(spark, "risk_score", "\n".join([head, *rows])))
    publish(lake, DAY, "2025-04", ["2025-03", "2025-04"], "b1", settings().publication_digest())
    chosen = settings(f"model.store={tmp_path}")

    registry = registry_of(chosen, "fundguard-risk-case")
    registry.add("", "nowhere", "d", {"judged_from": "2025-04"})
    registry.client.set_registered_model_alias("fundguard-risk-case", "champion", "1")
    evaluated = evaluate(lake.path, None, True, chosen)
    assert evaluated.scores is not None
    assert (evaluated.scores.version, evaluated.scores.since) == ("fundguard-risk-case/1", "2025-04")
    april = {case_id for case_id, month in cases if month == "2025-04"}
    assert {row.case_id for row in evaluated.scores.rows.collect()} == april
    assert report_of(evaluated, "2025-03", None).model == "fundguard-risk-case/1，2025-04 起"
    assert evaluate(lake.path, None, False, chosen).scores is None

    # A store that knows nothing of the version: nobody can say which months it learnt.
    with caplog.at_level("WARNING"):
        assert evaluate(lake.path, None, True, settings(f"model.store={tmp_path / 'another'}")).scores is None
    assert "from which month on fundguard-risk-case/1 learnt nothing" in caplog.text
