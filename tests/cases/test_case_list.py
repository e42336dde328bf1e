"""The case list over small tables; every expected amount is worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pyspark.sql import DataFrame, SparkSession

from cases.case_list import case_list
from cases.chances import Chances
from cases.order import Quota
from cases.work import Work
from lake.errors import BadInput
from lake.tables.case_list import CASE_LIST
from tests.cases.tables import TYPES, frame, shown

ONE = Decimal(1)
IDS = [case_type.rule_type_id for case_type in TYPES]
WORK = Work(dict.fromkeys(IDS, 30), Quota(minutes=6000, reserve=0, per_institution=0, per_type=0))


def listed(
    spark: SparkSession,
    finding: str,
    detl: str,
    line: str,
    priors: dict[str, Decimal] | None = None,
    share: str = "0",
    rules: dict[str, Decimal] | None = None,
) -> DataFrame:
    findings, rows, lines = (
        frame(spark, name, text) for name, text in (("finding", finding), ("finding_detl", detl), ("bill_line", line))
    )
    chances = Chances(dict.fromkeys(IDS, ONE) | (priors or {}), rules or {})
    return case_list(findings, rows, lines, TYPES, chances, WORK, Decimal(share))


def test_a_line_hit_twice_counts_once_with_the_first_finding_s_amount(spark: SparkSession) -> None:
    cases = listed(
        spark,
        """
        jr_id | rule_type_id | rule_id | sev_deg | mdtrt_id | psn_no
        f1    | V01          | R1      | 1       | M1       | P1
        f2    | V02          | R2      | 1       | M1       | P1
        f3    | V01          | R3      | 2       | M1       | P1
        """,
        """
        jr_id | mdtrt_id | feedetl_sn | vola_item_type | vola_amt | fund_amt
        f1    | M1       | L1         | 1              | 60.00    | 48.00
        f2    | M1       | L1         | 1              | 100.00   | 80.00
        f2    | M1       | L2         | 1              | 10.00    | 8.00
        f3    | M1       | L2         | 1              | 20.00    | 16.00
        f3    | M1       | L3         | 2              | 0.00     | 0.00
        """,
        """
        mdtrt_id | feedetl_sn | setl_id
        M1       | L1         | S1
        M1       | L2         | S1
        """,
        priors={"V01": Decimal("0.5"), "V02": Decimal("0.25")},
    )
    # L1: f1 by catalogue order, 60.00; L2: f2 by severity, 10.00. Rates: the highest of each line's, 0.5 and 0.5.
    columns = ("subject_type", "subject_key", "findings", "sev_deg", "vola_amt", "fund_amt", "expected_amt", "reasons")
    assert shown(cases, *columns) == [
        (
            *("visit", "M1", 3, 1, "70.00", "56.00", "28.00"),
            "超限定支付适应症：明细2条，金额80.00元（依据：条例38(六)）；限性别：明细2条，金额110.00元（依据：条例38(六)）",
        )
    ]
    assert cases.columns == CASE_LIST.names


def test_lines_of_a_settlement_never_come_to_more_than_its_fund_payment(spark: SparkSession) -> None:
    cases = listed(
        spark,
        """
        jr_id | rule_type_id | rule_id | mdtrt_id
        f1    | V01          | R1      | M1
        f2    | V02          | R2      | M1
        """,
        """
        jr_id | mdtrt_id | feedetl_sn | vola_amt | fund_amt
        f1    | M1       | L1         | 100.00   | 80.00
        f2    | M1       | L2         | 100.00   | 80.00
        f2    | M1       | L3         | 30.00    | 20.00
        """,
        """
        mdtrt_id | feedetl_sn | setl_id | setl_fund
        M1       | L1         | S1      | 9000
        M1       | L2         | S1      | 9000
        M1       | L3         | S2      | 50000
        """,
        priors={"V01": Decimal("0.5"), "V02": Decimal("0.1")},
    )
    # S1 paid 90.00: f1 takes 80, f2 the last 10; S2: 20. Expected 80 × 0.5 + 10 × 0.1 + 20 × 0.1.
    assert shown(cases, "vola_amt", "fund_amt", "expected_amt") == [("230.00", "110.00", "43.00")]


def test_a_whole_visit_covers_its_lines(spark: SparkSession) -> None:
    cases = listed(
        spark,
        """
        jr_id | rule_type_id | rule_id | sev_deg | mdtrt_id | vola_amt_stas
        f1    | V01          | R1      | 1       | M1       | 1
        f2    | S01          | R2      | 2       | M1       | 0
        """,
        """
        jr_id | mdtrt_id | feedetl_sn | vola_amt | fund_amt
        f1    | M1       | L1         | 300.00   | 200.00
        f2    | M1       | *          | 5000.00  | 5000.00
        f2    | M0       | *          | 0.00     | 0.00
        """,
        """
        mdtrt_id | feedetl_sn | setl_id | setl_fund
        M1       | L1         | S1      | 500000
        """,
        priors={"V01": Decimal("0.9"), "S01": Decimal("0.03")},
    )
    # Expected: the more of 200 × 0.9 and 5000 × 0.03.
    assert shown(cases, "vola_amt", "fund_amt", "expected_amt") == [("5000.00", "5000.00", "180.00")]


def test_subjects_make_their_own_cases_and_shadow_findings_none(spark: SparkSession) -> None:
    cases = listed(
        spark,
        """
        jr_id | rule_type_id | rule_id | mdtrt_id | psn_no | finding_stas | vola_evid
        f1    | V01          | R1      | M1       | P1     | shadow       | {}
        f2    | S09          | R2      | M1       | P1     | active       | {"variant":"balance"}
        f3    | S09          | R3      | M1       | P1     | active       | {"variant":"map"}
        f4    | S10          | R4      |          |        | active       | {}
        f5    | S11          | R5      |          |        | active       | {"variant":"similar"}
        """,
        """
        jr_id | mdtrt_id | feedetl_sn    | vola_amt | fund_amt
        f1    | M1       | L9            | 900.00   | 900.00
        f2    | M1       | L1            | 50.00    | 40.00
        f3    | M1       | L2            | 5.00     | 4.00
        f4    | *        | H1/R4/2025-03 | 0.00     | 0.00
        f5    | M8       | *             | 70.00    | 70.00
        f5    | M7       | *             | 30.00    | 30.00
        """,
        """
        mdtrt_id | feedetl_sn | setl_id
        M1       | L1         | S1
        M1       | L2         | S1
        """,
    )
    assert shown(cases, "rank", "subject_type", "subject_key", "mdtrt_id", "psn_no", "findings", "fund_amt") == [
        (1, "group", "M7", None, None, 1, "100.00"),
        (2, "institution", "H1", None, "P1", 2, "40.00"),
        (3, "visit", "M1", "M1", "P1", 1, "4.00"),
    ]


FOUR = """
    jr_id                | rule_type_id | rule_id | mdtrt_id | found_for
    00000000aa           | V01          | R1      | M1       | 2025-03
    7fffffffaa           | V01          | R1      | M2       | 2025-03
    80000000aa           | V01          | R1      | M3       | 2025-03
    ffffffffaa           | V01          | R1      | M4       | 2025-04
    """
FOUR_ROWS = """
    jr_id      | mdtrt_id | feedetl_sn | vola_amt | fund_amt
    00000000aa | M1       | L1         | 9.00     | 7.00
    7fffffffaa | M2       | L1         | 8.00     | 7.00
    80000000aa | M3       | L1         | 8.00     | 8.00
    ffffffffaa | M4       | L1         | 1.00     | 1.00
    """
FOUR_LINES = """
    mdtrt_id | feedetl_sn | setl_id
    M1       | L1         | S1
    M2       | L1         | S2
    M3       | L1         | S3
    M4       | L1         | S4
    """


def test_the_sample_is_chosen_by_the_finding_s_hash(spark: SparkSession) -> None:
    cases = listed(spark, FOUR, FOUR_ROWS, FOUR_LINES, share="0.5")
    assert shown(cases, "subject_key", "sampled") == [("M1", 1), ("M2", 1), ("M3", 0), ("M4", 0)]
    everything = listed(spark, FOUR, FOUR_ROWS, FOUR_LINES, share="1")
    assert shown(everything, "sampled") == [(1,), (1,), (1,), (1,)]


def test_each_month_is_ranked_by_expected_amount_then_fund_then_case(spark: SparkSession) -> None:
    cases = listed(spark, FOUR, FOUR_ROWS, FOUR_LINES)
    ranks = dict(shown(cases, "subject_key", "rank"))
    assert ranks["M3"] == 1
    assert ranks["M4"] == 1
    ids = dict(shown(cases, "subject_key", "case_id"))
    first = min(("M1", "M2"), key=lambda key: ids[key])
    assert ranks[first] == 2


def test_the_order_of_the_rows_changes_nothing(spark: SparkSession) -> None:
    def reverse(text: str) -> str:
        head, *body = text.strip().splitlines()
        return "\n".join([head, *reversed(body)])

    once = listed(spark, FOUR, FOUR_ROWS, FOUR_LINES, share="0.5")
    again = listed(spark, reverse(FOUR), reverse(FOUR_ROWS), reverse(FOUR_LINES), share="0.5")
    assert shown(again, *CASE_LIST.names) == shown(once, *CASE_LIST.names)


@pytest.mark.parametrize(("prior", "share"), [("1.2", "0"), ("-0.1", "0"), ("1", "2")])
def test_rates_and_shares_lie_between_nothing_and_all(spark: SparkSession, prior: str, share: str) -> None:
    with pytest.raises(BadInput, match="between 0 and 1"):
        listed(spark, FOUR, FOUR_ROWS, FOUR_LINES, priors={"V01": Decimal(prior)}, share=share)


TWO = """
    jr_id | rule_type_id | rule_id | mdtrt_id | fixmedins_code
    f1    | V01          | R1      | M1       | H1
    f2    | V02          | R2      | M1       | H1
    f3    | S01          | R3      | M2       | H2
    """
TWO_ROWS = """
    jr_id | mdtrt_id | feedetl_sn | vola_amt | fund_amt
    f1    | M1       | L1         | 60.00    | 60.00
    f2    | M1       | L2         | 40.00    | 40.00
    f3    | M2       | *          | 70.00    | 70.00
    """
TWO_LINES = """
    mdtrt_id | feedetl_sn | setl_id
    M1       | L1         | S1
    M1       | L2         | S1
    """
ORDER = ("subject_key", "rank", "expected_amt", "score", "basis", "hours", "in_quota")


def two(spark: SparkSession, chances: Chances, work: Work = WORK) -> DataFrame:
    findings, rows, lines = (
        frame(spark, *given) for given in (("finding", TWO), ("finding_detl", TWO_ROWS), ("bill_line", TWO_LINES))
    )
    return case_list(findings, rows, lines, TYPES, chances, work, Decimal(0))


def test_a_rule_s_own_rate_goes_before_its_type_s(spark: SparkSession) -> None:
    rates = {"V01": Decimal("0.5"), "V02": Decimal("0.25"), "S01": Decimal("0.2")}
    chances = Chances(rates, {"R2": Decimal("0.75")}, learnt=frozenset({"S01"}))
    # 60 × 0.5 + 40 × 0.75; 70 × 0.2.
    assert shown(two(spark, chances), *ORDER) == [
        ("M1", 1, "60.00", "0.750000", "rates", "0.500000", 1),
        ("M2", 2, "14.00", "0.200000", "rates", "0.500000", 1),
    ]


def test_a_model_s_probability_takes_the_place_of_the_highest_rate(spark: SparkSession) -> None:
    rates = {"V01": Decimal("0.8"), "V02": Decimal("0.4"), "S01": Decimal("0.3")}
    plain = two(spark, Chances(rates))
    assert shown(plain, *ORDER[:5]) == [("M1", 1, "64.00", "0.800000", "prior"), ("M2", 2, "21.00", "0.300000", "prior")]
    ids = dict(shown(plain, "subject_key", "case_id"))
    scores = spark.createDataFrame(
        [(ids["M1"], Decimal("0.2"), "费用高于同级中位数")], "case_id string, probability decimal(18,6), score_reasons string"
    )
    scored = two(spark, Chances(rates, scores=scores))
    # V01 stands for a rate of 0.8 and V02 for half as much: 60 + 40 / 2 can be recovered, with a probability of 0.2.
    assert shown(scored, *ORDER[:5]) == [("M1", 2, "16.00", "0.200000", "model"), ("M2", 1, "21.00", "0.300000", "prior")]
    said = dict(shown(scored, "subject_key", "reasons"))
    assert said["M1"].endswith("（依据：条例38(六)）；费用高于同级中位数")
    assert said["M2"] == dict(shown(plain, "subject_key", "reasons"))["M2"]


def test_hours_go_by_the_longest_type_and_end_the_quota(spark: SparkSession) -> None:
    work = Work({"V01": 30, "V02": 90, "S01": 120}, Quota(minutes=90, reserve=0, per_institution=0, per_type=0))
    placed = two(spark, Chances(dict.fromkeys(IDS, ONE)), work)
    assert shown(placed, "subject_key", "rank", "hours", "in_quota") == [("M1", 1, "1.500000", 1), ("M2", 2, "2.000000", 0)]
    floors = Work({"V01": 30, "V02": 30, "S01": 120}, Quota(minutes=60, reserve=30, per_institution=1, per_type=0))
    assert shown(two(spark, Chances(dict.fromkeys(IDS, ONE)), floors), "subject_key", "in_quota") == [("M1", 1), ("M2", 1)]
