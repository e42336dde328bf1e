"""The made-up auditor on a small published lake: what was planted is confirmed, once; other lakes are refused."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from rich.console import Console

from jobs.outcomes_simulated import Simulated, simulate_outcomes
from jobs.train_target import train_on_lake
from lake.errors import BadInput
from lake.publications import last, publish, read_published
from lake.store import Lake
from lake.tables import BILL_VISIT, CASE_LIST, FINDING, FINDING_DETL, OUTCOME, RISK_LABEL
from synth.planted.plan import TRUTH_TYPES, table_of
from tests.cases.tables import frame, shown
from tests.jobs.nights import settings_of

NEVER = ("overlooked", "explained_type", "explained_institution", "mistaken", "halved")
EXACT = settings_of(*[f"simulation.{name}=0" for name in NEVER])
PLANTED = {"kind": "violation", "rule_type_id": "V02", "rule_id": "R1", "mdtrt_id": "m1", "feedetl_sn": "a"}
FOUND = """
    jr_id | rule_type_id | rule_id | found_for | mdtrt_id | fixmedins_code | bilg_dr_codg | vola_amt | fund_amt
    f1    | V02          | R1      | 2025-02   | m1       | H1             | d1           | 20.00    | 10.00
    f2    | V02          | R2      | 2025-02   | m1       | H1             | d2           | 30.00    | 15.00
    f3    | V02          | R1      | 2025-03   | m2       | H1             | d1           | 5.00     | 2.00
"""
LINES = """
    jr_id | mdtrt_id | feedetl_sn | vola_item_type | vola_amt | fund_amt | found_for
    f1    | m1       | a          | 1              | 20.00    | 10.00    | 2025-02
    f1    | m1       | b          | 2              | 0.00     | 0.00     | 2025-02
    f2    | m1       | b          | 1              | 30.00    | 15.00    | 2025-02
    f3    | m2       | c          | 1              | 5.00     | 2.00     | 2025-03
"""


@pytest.fixture
def county(lake: Lake, spark: SparkSession) -> Lake:
    """February's visit of m1 with two findings, of which the first was planted; March, which nobody has reviewed yet."""
    from cases.members import case_members
    from jobs.case_list import case_types

    findings, detl = frame(spark, "finding", FOUND), frame(spark, "finding_detl", LINES)
    members = case_members(findings, detl, case_types())
    listed = members.groupBy("month", "case_id").agg(
        F.lit(1).alias("rank"), F.count("jr_id").alias("findings"), F.lit(0).alias("sampled"), F.sum("fund_amt").alias("fund_amt")
    )
    cases = listed.withColumns({name: F.lit(None) for name in CASE_LIST.names if name not in listed.columns})
    visits = spark.createDataFrame([("m1", "2025-02"), ("m2", "2025-03")], "mdtrt_id string, month string")
    known = visits.withColumns({name: F.lit(None) for name in BILL_VISIT.names if name not in visits.columns})
    for table, rows in ((BILL_VISIT, known), (FINDING, findings), (FINDING_DETL, detl), (CASE_LIST, cases)):
        lake.replace_all(table, rows)
    publish(lake, dt.date(2025, 4, 30), "2025-03", ["2025-02", "2025-03"], "r", "s")
    return lake


def truth(folder: Path, **differs: object) -> Path:
    path = folder / "truth.parquet"
    pq.write_table(table_of([PLANTED | differs], TRUTH_TYPES), path)
    return path


def test_what_was_planted_is_confirmed_and_a_month_is_reviewed_once(county: Lake, tmp_path: Path) -> None:
    planted = truth(tmp_path)

    # February's review is over by 29 April, March's by 30 May.
    assert simulate_outcomes(county.path, planted, 7, dt.date(2025, 4, 28), EXACT) == Simulated(0, 0, 0)
    assert simulate_outcomes(county.path, planted, 7, None, EXACT) == Simulated(1, 1, 2)
    assert simulate_outcomes(county.path, planted, 8, None, EXACT) == Simulated(0, 0, 0)

    published = last(county)
    assert published is not None
    concluded = read_published(county, OUTCOME, published)
    assert shown(concluded, "jr_id", "conclusion", "confirmed_amt", "auditor", "reason") == [
        ("f1", "成立", "20.00", "模拟稽核员", "模拟结论，非真实稽核"),
        ("f2", "不成立", "0.00", "模拟稽核员", "模拟结论，非真实稽核"),
    ]
    labels = read_published(county, RISK_LABEL, published)
    assert shown(labels, "subject_type", "month", "label", "concluded", "amount") == [
        ("case", "2025-02", 1, 2, "25.00"),
        ("case", "2025-03", None, 0, "2.00"),
        ("doctor", "2025-02", 0, 1, "25.00"),
        ("doctor", "2025-02", 1, 1, "25.00"),
        ("doctor", "2025-03", None, 0, "2.00"),
        ("institution", "2025-02", 1, 2, "25.00"),
        ("institution", "2025-03", None, 0, "2.00"),
    ]

    # One reviewed month is no past to learn from.
    for target, months in (("case", 1), ("doctor", 0)):
        with pytest.raises(BadInput, match=f"concluded on {target} subjects of {months} months; more than model.test_months"):
            train_on_lake(target, county.path, (), EXACT, Console(file=StringIO()))


def test_another_countys_truth_and_a_lake_of_real_auditors_are_refused(county: Lake, spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="none of its visits is in the lake"):
        simulate_outcomes(county.path, truth(tmp_path, mdtrt_id="m99"), 7, None, EXACT)
    with pytest.raises(BadInput, match="no such file"):
        simulate_outcomes(county.path, tmp_path / "none.parquet", 7, None, EXACT)
    real = frame(spark, "outcome", "outcome_id | case_id | conclusion | confirmed_amt | seq\n o1 | c1 | 成立 | 1.00 | 1")
    county.append(OUTCOME, real)
    with pytest.raises(BadInput, match="conclusions of real auditors"):
        simulate_outcomes(county.path, truth(tmp_path), 7, None, EXACT)
