"""The case list: active findings grouped into cases, money counted once, ranked by what can be recovered."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from cases.case_type import CaseType
from cases.chances import Chances, with_expected, with_rates
from cases.members import case_members
from cases.money import REFUSE_ORDER, counted_once, yuan
from cases.reasons import REASON_SEPARATOR, case_reasons
from cases.work import Work, with_minutes, with_rank
from lake.errors import BadInput
from lake.tables.case_list import CASE_LIST

HASH_RANGE = 16**8  # a finding is sampled by the first eight hexadecimal digits of its id


def case_list(
    findings: DataFrame,
    detl: DataFrame,
    lines: DataFrame,
    types: Sequence[CaseType],
    chances: Chances,
    work: Work,
    sample_share: Decimal,
) -> DataFrame:
    """One row per case of each month (found_for), as the contract's case_list, with basis, hours and in_quota.

    ``lines`` is bill_line; ``types`` stand in catalogue order. expected_amt is what can be recovered × the probability that
    it is confirmed (cases/chances.py); the rank is that of ``cases.order``. A case is sampled if one of its findings is.
    """
    members = case_members(findings, detl, types)
    rated = with_rates(members, chances).withColumn("sampled", is_sampled(sample_share))
    ranked = ranked_cases(rated, detl, lines, work, chances.scores)
    # reasons have one row per case_id.
    told = ranked.join(case_reasons(rated, detl, types), on="case_id", how="left")
    reasons = F.concat_ws(REASON_SEPARATOR, "reasons", "score_reasons")
    in_yuan = {name: yuan(name) for name in ("vola_amt", "fund_amt", "expected_amt")}
    return CASE_LIST.conform(told.withColumns(in_yuan | {"reasons": reasons}))


def ranked_cases(rated: DataFrame, detl: DataFrame, lines: DataFrame, work: Work, scores: DataFrame | None) -> DataFrame:
    """One row per case of ``rated``, which are members with their rates and ``sampled``: amounts in 分, score, rank."""
    cases = with_minutes(rated, work).groupBy("case_id").agg(*_facts())
    # money has one row per case_id.
    joined = cases.join(counted_once(rated, detl, lines, within="case_id"), on="case_id", how="left")
    filled = joined.fillna(0, ["vola_amt", "fund_amt", "expected"])
    return with_rank(with_expected(filled, scores), work)


def is_sampled(share: Decimal) -> Column:
    """1 for the share of findings whose id, a SHA-256, begins low enough; the same on every run and machine."""
    if not 0 <= share <= 1:
        raise BadInput(f"sample_share is {share}; it must be between 0 and 1")
    first_digits = F.conv(F.substring("jr_id", 1, 8), 16, 10).cast("bigint")
    return (first_digits < int(share * HASH_RANGE)).cast("int")


def _facts() -> list[Column]:
    """What a case takes from its findings; a number that they do not share stays empty."""
    visit = F.when(F.col("subject_type") == "visit", F.col("mdtrt_id"))
    return [
        *[F.min(name).alias(name) for name in ("month", "subject_type", "subject_key", "sev_deg")],
        _shared(F.col("fixmedins_code"), "fixmedins_code"),
        _shared(F.col("psn_no"), "psn_no"),
        F.min(visit).alias("mdtrt_id"),
        F.count("jr_id").alias("findings"),
        F.max("sampled").alias("sampled"),
        F.max("prior").alias("chance"),
        F.max("is_learnt").alias("is_learnt"),
        F.max("minutes").alias("minutes"),
        F.min_by("rule_type_id", F.struct(*REFUSE_ORDER, "jr_id")).alias("rule_type_id"),
    ]


def _shared(value: Column, name: str) -> Column:
    return F.when(F.min(value) == F.max(value), F.min(value)).alias(name)
