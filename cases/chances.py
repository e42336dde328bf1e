"""How likely auditors confirm a case, and what may then be recovered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from cases.money import RATE_SCALE, rounded_share
from lake.errors import BadInput
from lake.frames import frame_of

MODEL, RATES, PRIOR = "model", "rates", "prior"
_TYPE_RATES = {"known_for": pa.string(), "rule_type_id": pa.string(), "type_rate": pa.int64(), "type_learnt": pa.bool_()}
_RULE_RATES = {"known_for": pa.string(), "rule_id": pa.string(), "rule_rate": pa.int64()}


@dataclass(frozen=True)
class Chances:
    """What is known of confirmation: rates of all rule types, of the rules that have one of their own, ``learnt`` types
    (those with conclusions), and a champion's ``scores`` of cases (case_id, probability, score_reasons), None without one.
    """

    type_rates: Mapping[str, Decimal]
    rule_rates: Mapping[str, Decimal] = field(default_factory=dict)
    learnt: frozenset[str] = frozenset()
    scores: DataFrame | None = None


def with_rates(members: DataFrame, chances: Chances) -> DataFrame:
    """The findings with ``prior``, the confirmation rate of their rule, else of their type, × RATE_SCALE, and ``is_learnt``."""
    return with_monthly_rates(members.withColumn("known_for", F.lit("")), {"": chances}).drop("known_for")


def with_monthly_rates(members: DataFrame, by_month: Mapping[str, Chances]) -> DataFrame:
    """As ``with_rates``, with the rates of each finding's ``known_for``."""
    spark = members.sparkSession
    types = [
        (month, name, _scaled(rate), name in chances.learnt)
        for month, chances in by_month.items()
        for name, rate in chances.type_rates.items()
    ]
    rules = [(month, rule, _scaled(rate)) for month, chances in by_month.items() for rule, rate in chances.rule_rates.items()]
    # Bounded by the rule types, and by the rules that auditors concluded on.
    of_type = F.broadcast(frame_of(spark, _TYPE_RATES, types))
    of_rule = F.broadcast(frame_of(spark, _RULE_RATES, rules))
    told = members.join(of_type, on=["known_for", "rule_type_id"], how="left")
    both = told.join(of_rule, on=["known_for", "rule_id"], how="left")
    rate = F.coalesce("rule_rate", "type_rate", F.lit(0))
    is_learnt = F.col("rule_rate").isNotNull() | F.coalesce("type_learnt", F.lit(False))
    return both.withColumns({"prior": rate, "is_learnt": is_learnt}).drop("rule_rate", "type_rate", "type_learnt")


def with_expected(cases: DataFrame, scores: DataFrame | None) -> DataFrame:
    """The cases with score, basis, score_reasons, and expected_amt in 分, rounded half up once.

    ``chance`` is the highest rate of a case's findings, ``expected`` its lines' amounts × their rates. A line whose rate is
    lower than the highest is recovered that much less often when something is confirmed: recoverable is expected ÷ chance.
    A model's probability that something is confirmed takes the place of chance, so expected × probability ÷ chance.
    """
    if scores is None:
        scored = cases.withColumns({"probability": F.lit(None).cast("bigint"), "score_reasons": F.lit(None).cast("string")})
    else:
        probability = F.round(F.col("probability") * RATE_SCALE).cast("bigint").alias("probability")
        scored = cases.join(scores.select("case_id", probability, "score_reasons"), on="case_id", how="left")
    has_score = F.col("probability").isNotNull()
    return scored.withColumns(
        {
            "score": (F.coalesce("probability", "chance").cast("decimal(18,0)") / RATE_SCALE).cast("decimal(18,6)"),
            "basis": F.when(has_score, MODEL).when(F.col("is_learnt"), RATES).otherwise(PRIOR),
            "expected_amt": F.when(has_score, _expected_by_model()).otherwise(rounded_share("expected")),
        }
    )


def _expected_by_model() -> Column:
    """expected × probability ÷ chance in 分; nothing where no finding can be confirmed. 分 × 10^8 stays within a bigint up to
    900 million yuan.
    """
    divisor = f"(greatest(chance, 1) * {RATE_SCALE})"
    return F.expr(f"(expected * probability + {divisor} DIV 2) DIV {divisor}")


def _scaled(rate: Decimal) -> int:
    if not 0 <= rate <= 1:
        raise BadInput(f"a confirmation rate is {rate}; it must be between 0 and 1")
    return int((Decimal(rate) * RATE_SCALE).to_integral_value(ROUND_HALF_UP))
