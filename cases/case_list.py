"""The case list: active findings grouped into cases, money counted once, ranked by what can be recovered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from cases.case_type import CaseType
from cases.members import case_members
from cases.money import RATE_SCALE, counted_once, rounded_share, yuan
from cases.reasons import case_reasons
from lake.errors import BadInput
from lake.tables.case_list import CASE_LIST

HASH_RANGE = 16**8  # a finding is sampled by the first eight hexadecimal digits of its id


def case_list(
    findings: DataFrame,
    detl: DataFrame,
    lines: DataFrame,
    types: Sequence[CaseType],
    type_rates: Mapping[str, Decimal],
    rule_rates: Mapping[str, Decimal],
    sample_share: Decimal,
) -> DataFrame:
    """One row per case of each month (found_for), as the contract's case_list.

    ``lines`` is bill_line; ``types`` stand in catalogue order; ``type_rates`` are confirmation rates of all of them,
    ``rule_rates`` of the rules that have one of their own.
    expected_amt is fund_amt weighed by the rates; rank 1 has the highest expected_amt, then fund_amt, then the smallest
    case_id. A case is sampled if one of its findings is. score stays empty until there are models.
    """
    members = with_rates(case_members(findings, detl, types), type_rates, rule_rates)
    cases = members.withColumn("sampled", is_sampled(sample_share)).groupBy("case_id").agg(*_facts())
    money = counted_once(members, detl, lines, within="case_id")
    reasons = case_reasons(members, detl, types)
    # money and reasons have one row per case_id.
    joined = cases.join(money, on="case_id", how="left").join(reasons, on="case_id", how="left")
    filled = joined.fillna(0, ["vola_amt", "fund_amt", "expected"])
    amounts = filled.withColumn("expected_amt", rounded_share("expected"))
    ranked = amounts.withColumns({"rank": _rank(), "score": F.lit(None).cast("double")})
    in_yuan = {name: yuan(name) for name in ("vola_amt", "fund_amt", "expected_amt")}
    return CASE_LIST.conform(ranked.withColumns(in_yuan))


def is_sampled(share: Decimal) -> Column:
    """1 for the share of findings whose id, a SHA-256, begins low enough; the same on every run and machine."""
    if not 0 <= share <= 1:
        raise BadInput(f"sample_share is {share}; it must be between 0 and 1")
    first_digits = F.conv(F.substring("jr_id", 1, 8), 16, 10).cast("bigint")
    return (first_digits < int(share * HASH_RANGE)).cast("int")


def with_rates(members: DataFrame, type_rates: Mapping[str, Decimal], rule_rates: Mapping[str, Decimal]) -> DataFrame:
    """The findings with ``prior``: the confirmation rate of their rule, else of their type, × RATE_SCALE."""
    spark = members.sparkSession
    # Bounded by the rule types, and by the rules that auditors concluded on.
    of_types, of_rules = (
        F.broadcast(spark.createDataFrame([(one, _scaled(rate)) for one, rate in rates.items()], f"{key} string, {name} bigint"))
        for rates, key, name in ((type_rates, "rule_type_id", "type_rate"), (rule_rates, "rule_id", "rule_rate"))
    )
    told = members.join(of_types, on="rule_type_id", how="left").join(of_rules, on="rule_id", how="left")
    return told.withColumn("prior", F.coalesce("rule_rate", "type_rate", F.lit(0))).drop("rule_rate", "type_rate")


def _scaled(rate: Decimal) -> int:
    if not 0 <= rate <= 1:
        raise BadInput(f"a confirmation rate is {rate}; it must be between 0 and 1")
    return int((Decimal(rate) * RATE_SCALE).to_integral_value(ROUND_HALF_UP))


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
    ]


def _shared(value: Column, name: str) -> Column:
    return F.when(F.min(value) == F.max(value), F.min(value)).alias(name)


def _rank() -> Column:
    """One month's cases are sorted together: some 10,000 rows of a few numbers for a county of 20,000 persons."""
    order = Window.partitionBy("month").orderBy(F.desc("expected_amt"), F.desc("fund_amt"), "case_id")
    return F.row_number().over(order)
