"""Counts, recall and precision of what was planted, by hand over a few findings."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from jobs.against_truth import Found, compared, write_csv
from tests.cases.tables import frame, records

TRUTH = """
    kind       | rule_type_id | rule_id | mdtrt_id | feedetl_sn | fixmedins_code
    violation  | V02          | R1      | M1       | 1          | H1
    violation  | V02          | R2      | M2       | 1          | H1
    near_miss  | V02          | R1      | M9       | 1          | H1
    suspicion  | S06          | R3      | M3       | 1          | H1
    suspicion  | S06          | R3      | M4       | 1          | H1
    suspicion  | S01          | R4      | M5       | *          | H1
    suspicion  | S10          | R5      | *        | H7;R5;2024 | H7
    explained  | V02          | R1      | M8       | 1          | H1
    explained  | S01          | R9      | M8       | *          | H1
    """
FINDINGS = """
    jr_id | rule_type_id | rule_id | fixmedins_code | finding_stas
    f1    | V02          | R1      | H1             | active
    f2    | V02          | R1      | H1             | active
    f3    | S06          | R3      | H1             | active
    f4    | S06          | R8      | H1             | active
    f5    | S06          | R8      | H1             | active
    f6    | S06          | R8      | H1             | shadow
    f7    | S01          | R4      | H1             | active
    f8    | S01          | R9      | H1             | active
    f9    | S10          | R6      | H7             | active
    f10   | S10          | R5      | H7             | active
    f11   | S10          | R6      | H8             | active
    f12   | S08          | R7      | H1             | active
    """
ROWS = """
    jr_id | mdtrt_id | feedetl_sn | vola_item_type
    f1    | M1       | 1          | 1
    f2    | M9       | 1          | 1
    f3    | M3       | 1          | 1
    f3    | M4       | 2          | 2
    f4    | M3       | 2          | 1
    f5    | M3       | 1          | 1
    f5    | M6       | 1          | 1
    f6    | M4       | 1          | 1
    f7    | M5       | *          | 1
    f8    | M8       | *          | 1
    f9    | *        | H7;R6;2024 | 1
    f10   | *        | H7;R5;2024 | 1
    f11   | *        | H8;R6;2024 | 1
    f12   | M1       | *          | 1
    """
EXPECTED = [
    # R2 found nothing on M2, R1 nothing on M8; what R1 finds on the near miss is no planted case.
    Found("V02", planted=3, found=1, explained=1, flagged=2, on_planted=1),
    # That of M8 is found as it should be, and nothing is wrong with it.
    Found("S01", planted=2, found=2, explained=1, flagged=2, on_planted=1),
    # f5 lies on the planted line of M3 by another rule, f4 on another line; f6 is in trial; M4 was missed.
    Found("S06", planted=2, found=1, explained=0, flagged=3, on_planted=2),
    # The planted institution stands out by two rules, another one by itself.
    Found("S10", planted=1, found=1, explained=0, flagged=3, on_planted=2),
]


def truth(spark: SparkSession) -> DataFrame:
    rows = records(TRUTH)
    return spark.createDataFrame([tuple(row.values()) for row in rows], ", ".join(f"{name} STRING" for name in rows[0]))


def test_planted_found_flagged_and_on_planted_of_each_type(spark: SparkSession) -> None:
    assert compared(truth(spark), frame(spark, "finding", FINDINGS), frame(spark, "finding_detl", ROWS)) == EXPECTED


def test_only_suspicions_have_a_precision() -> None:
    assert [row.recall for row in EXPECTED] == [Fraction(1, 3), 1, Fraction(1, 2), 1]
    assert [row.precision for row in EXPECTED] == [None, Fraction(1, 2), Fraction(2, 3), Fraction(2, 3)]


def test_the_file_holds_the_same_figures(tmp_path: Path) -> None:
    write_csv(tmp_path / "figures.csv", EXPECTED)

    assert (tmp_path / "figures.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "规则类型,名称,性质,植入,命中,其中有合理解释,标记疑点,标记在植入处,召回率,精确率",
        "V02,限性别,违规,3,1,1,,,,",
        "S01,疑似分解住院,可疑,2,2,1,2,1,1.0000,0.5000",
        "S06,疑似无指征检验检查,可疑,2,1,0,3,2,0.5000,0.6667",
        "S10,疑似费用/结构偏离,可疑,1,1,0,3,2,1.0000,0.6667",
    ]
