"""Which findings count as concluded, and with what share; worked out by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pyspark.sql import SparkSession

from cases.concluded import concluded_findings
from cases.matters import matters_concluded, matters_found
from tests.cases.tables import frame, shown

# c1 holds three findings, of which f3 is in shadow since 10 April; the case counts f1's and f2's common line once.
MEMBERS = [
    ("f1", "c1", "100.00", None),
    ("f2", "c1", "100.00", None),
    ("f3", "c1", "50.00", dt.date(2025, 4, 10)),
    ("f4", "c2", "80.00", None),
    ("f5", "c3", "0.00", None),
]
CASES = """
    case_id | vola_amt
    c1      | 120.00
    c2      | 80.00
    c3      | 0.00
    """


def shares(spark: SparkSession, outcomes: str, known_by: str = "2025-04-30") -> dict[str, int]:
    """Share of each concluded finding, of 10,000."""
    rows = [(jr_id, case_id, Decimal(amount), since) for jr_id, case_id, amount, since in MEMBERS]
    members = spark.createDataFrame(rows, "jr_id string, case_id string, vola_amt decimal(18,2), since date")
    outcome, cases = frame(spark, "outcome", outcomes), frame(spark, "case_list", CASES)
    found = concluded_findings(outcome, members, cases, [dt.date.fromisoformat(known_by)])
    return {jr_id: int(share) for jr_id, share in shown(found, "jr_id", "share")}


def test_the_finding_s_conclusion_goes_before_its_lines_and_these_before_the_case(spark: SparkSession) -> None:
    assert shares(
        spark,
        """
        case_id | jr_id | mdtrt_id | feedetl_sn | conclusion | confirmed_amt | seq
        c1      |       |          |            | 成立       | 120.00        | 1
        c1      | f1    |          |            | 不成立     | 0.00          | 2
        c1      | f1    | M1       | L1         | 成立       | 90.00         | 3
        c1      | f2    | M1       | L1         | 成立       | 20.00         | 4
        c1      | f2    | M1       | L2         | 部分成立   | 5.00          | 5
        """,
    ) == {"f1": 0, "f2": 2500, "f3": 10000}


def test_a_case_confirmed_in_part_says_that_part_of_each_of_its_findings(spark: SparkSession) -> None:
    outcomes = """
        case_id | conclusion | confirmed_amt | seq | concluded_on
        c1      | 部分成立   | 40.00         | 1   | 2025-04-10
        c3      | 成立       | 0.00          | 2   | 2025-04-10
        """
    # 40 of 120; f3 was not listed any more on that day.
    assert shares(spark, outcomes) == {"f1": 3333, "f2": 3333, "f5": 10000}


def test_the_latest_conclusion_that_is_known_counts(spark: SparkSession) -> None:
    outcomes = """
        case_id | jr_id | conclusion | confirmed_amt | seq | concluded_on
        c2      | f4    | 成立       | 80.00         | 2   | 2025-04-20
        c2      | f4    | 不成立     | 0.00          | 1   | 2025-04-20
        c2      | f4    | 部分成立   | 20.00         | 3   | 2025-04-25
        """
    assert shares(spark, outcomes, "2025-04-19") == {}
    assert shares(spark, outcomes, "2025-04-20") == {"f4": 10000}
    assert shares(spark, outcomes) == {"f4": 2500}


def test_findings_of_a_type_in_one_case_tell_as_much_as_one(spark: SparkSession) -> None:
    """f1 and f2 of rule R1, f3 of R2, all of S01 in c1; f4 of R1 in c2."""
    members = spark.createDataFrame(
        [
            ("f1", "c1", "S01", "R1", "2025-03", Decimal("100.00"), 0),
            ("f2", "c1", "S01", "R1", "2025-03", Decimal("9.00"), 1),
            ("f3", "c1", "S01", "R2", "2025-03", Decimal("9.00"), 0),
            ("f4", "c2", "S01", "R1", "2025-03", Decimal("8.00"), 0),
            ("f5", "c3", "S01", "R1", "2025-04", Decimal("7.00"), 0),
        ],
        "jr_id string, case_id string, rule_type_id string, rule_id string, month string, fund_amt decimal(18,2), drawn int",
    )
    day = dt.date(2025, 4, 30)
    shares_of = {"f1": 10000, "f2": 10000, "f3": 0, "f4": 0}
    concluded = spark.createDataFrame([(day, *share) for share in shares_of.items()], "known_by date, jr_id string, share bigint")
    cells = matters_concluded(members, concluded)
    # The case's band is that of its largest finding of the type: three digits for c1, one for c2.
    assert shown(cells, "rule_id", "band", "reviewed", "sampled", "share") == [
        ("*", 1, 1, 0, 0),
        ("*", 3, 1, 1, 6666),
        ("R1", 1, 1, 0, 0),
        ("R1", 3, 1, 1, 10000),
        ("R2", 3, 1, 1, 0),
    ]
    assert shown(matters_found(members), "month", "rule_type_id", "band", "count") == [
        ("2025-03", "S01", 1, 1),
        ("2025-03", "S01", 3, 1),
        ("2025-04", "S01", 1, 1),
    ]
