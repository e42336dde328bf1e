"""Confirmed findings enter the refusals; every expected amount is worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import SparkSession

from cases.members import case_members
from cases.refusals import confirmed_refusals
from lake.tables.refuse_list import REFUSE_LIST
from tests.cases.tables import TYPES, frame, shown

FINDINGS = """
    jr_id | rule_type_id | rule_id | sev_deg | mdtrt_id | vola_amt_stas | vola_evid
    f1    | V01          | R1      | 1       | M1       | 1             | {}
    f2    | S01          | R2      | 2       | M1       | 0             | {}
    f3    | S01          | R3      | 2       | M1       | 0             | {}
    f4    | S01          | R2      | 2       | M2       | 0             | {}
    f5    | S11          | R5      | 2       |          | 0             | {"variant":"similar"}
    f6    | V02          | R6      | 2       | M5       | 0             | {}
    """
ROWS = """
    jr_id | mdtrt_id | feedetl_sn | vola_amt | vola_inscp_amt | fund_amt
    f1    | M1       | L1         | 100.00   | 100.00         | 80.00
    f2    | M1       | *          | 1000.00  | 1000.00        | 1000.00
    f3    | M1       | *          | 1000.00  | 1000.00        | 1000.00
    f4    | M2       | *          | 700.00   | 700.00         | 700.00
    f5    | M3       | *          | 200.00   | 200.00         | 200.00
    f5    | M4       | *          | 300.00   | 300.00         | 300.00
    f6    | M5       | L1         | 90.00    | 60.00          | 40.00
    f6    | M5       | L2         | 10.00    | 10.00          | 7.00
    """
LINES = """
    mdtrt_id | feedetl_sn | setl_id | setl_fund | hi_paymtd
    M1       | L1         | S1      | 60000     | 1
    M1       | L2         | S1b     | 40000     | 1
    M2       | L1         | S2      | 70000     | 3
    M5       | L1         | S5      | 2000      | 1
    M5       | L2         | S5      | 2000      | 1
    """
VISITS = """
    mdtrt_id | setl_id | fund_amt | hi_paymtd
    M1       | S1b     | 100000   | 1
    M2       | S2      | 70000    | 3
    M3       | S3      | 20000    | 1
    M4       | S4      | 30000    | 1
    M5       | S5      | 2000     | 1
    """
REFUSED = """
    month   | mdtrt_id | setl_id | feedetl_sn | jr_id | rule_id | vola_amt | vola_inscp_amt | fund_amt
    2025-03 | M1       | S1      | L1         | f1    | R1      | 100.00   | 100.00         | 80.00
    """
COLUMNS = ("jr_id", "mdtrt_id", "setl_id", "feedetl_sn", "vola_amt", "vola_inscp_amt", "fund_amt")


def added(spark: SparkSession, outcome: str, *, include_drg: bool = False) -> list[tuple[Any, ...]]:
    """The rows that these conclusions add to the refusals; ``case`` in case_id stands for the case of that finding."""
    detl = frame(spark, "finding_detl", ROWS)
    members = case_members(frame(spark, "finding", FINDINGS), detl, TYPES)
    ids = {row["jr_id"]: row["case_id"] for row in members.select("jr_id", "case_id").collect()}
    for jr_id, case_id in ids.items():
        outcome = outcome.replace(f"case:{jr_id}", case_id)
    added_rows = confirmed_refusals(
        frame(spark, "outcome", outcome),
        members,
        detl,
        frame(spark, "bill_line", LINES),
        frame(spark, "bill_visit", VISITS),
        frame(spark, "refuse_list", REFUSED),
        include_drg=include_drg,
    )
    assert added_rows.columns == REFUSE_LIST.names
    return shown(added_rows, *COLUMNS)


def test_a_confirmed_visit_is_refused_less_its_refused_lines_settlement_by_settlement(spark: SparkSession) -> None:
    # 1000 less 80 refused for L1: S1 has 600 − 80 left, S1b 400. f3 confirms the same visit and adds nothing.
    rows = added(
        spark,
        """
        case_id | jr_id | conclusion | confirmed_amt | seq
        case:f2 | f2    | 成立       | 1000.00       | 1
        case:f3 | f3    | 成立       | 1000.00       | 2
        """,
    )
    assert rows == [
        ("f2", "M1", "S1", "*", "520.00", "520.00", "520.00"),
        ("f2", "M1", "S1b", "*", "400.00", "400.00", "400.00"),
    ]


def test_the_latest_conclusion_counts_and_a_line_goes_before_its_finding(spark: SparkSession) -> None:
    # f5: 350 of 500, of which M4 is settled by its own row at 50, so that M3 takes all of its 200.
    rows = added(
        spark,
        """
        case_id | jr_id | mdtrt_id | feedetl_sn | conclusion | confirmed_amt | concluded_on | seq
        case:f2 | f2    |          |            | 成立       | 1000.00       | 2025-04-01   | 1
        case:f2 | f2    |          |            | 不成立     | 0.00          | 2025-04-01   | 2
        case:f2 | f2    |          |            | 成立       | 1000.00       | 2025-03-31   | 3
        case:f5 | f5    |          |            | 部分成立   | 350.00        | 2025-04-01   | 4
        case:f5 | f5    | M4       | *          | 部分成立   | 50.00         | 2025-04-01   | 5
        """,
    )
    assert rows == [
        ("f5", "M3", "S3", "*", "200.00", "200.00", "200.00"),
        ("f5", "M4", "S4", "*", "50.00", "50.00", "50.00"),
    ]


def test_a_case_s_amount_fills_its_rows_and_amounts_follow_in_proportion(spark: SparkSession) -> None:
    # f5: 250 fills M3 (200), then M4 (50).
    # f6: 45 of 90 gives inscp 30, fund 20, which is all that S5 paid: nothing is left for L2.
    rows = added(
        spark,
        """
        case_id | jr_id | mdtrt_id | feedetl_sn | conclusion | confirmed_amt | seq
        case:f5 |       |          |            | 部分成立   | 250.00        | 1
        case:f6 |       |          |            | 成立       | 100.00        | 2
        case:f6 | f6    | M5       | L1         | 部分成立   | 45.00         | 3
        """,
    )
    assert rows == [
        ("f5", "M3", "S3", "*", "200.00", "200.00", "200.00"),
        ("f5", "M4", "S4", "*", "50.00", "50.00", "50.00"),
        ("f6", "M5", "S5", "L1", "45.00", "30.00", "20.00"),
        ("f6", "M5", "S5", "L2", "10.00", "10.00", "0.00"),
    ]


@pytest.mark.parametrize("include_drg", [False, True])
def test_case_payment_only_if_configured_and_computed_findings_never(spark: SparkSession, include_drg: bool) -> None:
    outcome = """
        case_id | jr_id | conclusion | confirmed_amt | seq
        case:f1 | f1    | 成立       | 100.00        | 1
        case:f4 |       | 成立       | 700.00        | 2
        """
    expected = [("f4", "M2", "S2", "*", "700.00", "700.00", "700.00")] if include_drg else []
    assert added(spark, outcome, include_drg=include_drg) == expected
