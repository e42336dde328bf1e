"""Money counted once: what the findings of a case, or of a month, come to when each line is taken only once."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from cases.members import AT_FAULT, WHOLE_VISIT

RATE_SCALE = 10_000  # prior confirmation rates have four decimals
AMOUNTS = ("vola_amt", "fund_amt")
WEIGHED = (*AMOUNTS, "expected")
REFUSE_ORDER = ("sev_deg", "type_order", "rule_id")


def fen(amount: str) -> Column:
    """The money column in 分, bigint."""
    return (F.col(amount) * 100).cast("bigint").alias(amount)


def yuan(amount: str) -> Column:
    """The 分 column as decimal(18,2)."""
    return (F.col(amount).cast("decimal(18,0)") / 100).cast("decimal(18,2)").alias(amount)


def rounded_share(scaled: str) -> Column:
    """分 × RATE_SCALE (>= 0) as 分, rounded half up once."""
    return F.expr(f"({scaled} + {RATE_SCALE // 2}) DIV {RATE_SCALE}")


def counted_once(members: DataFrame, detl: DataFrame, lines: DataFrame, within: str) -> DataFrame:
    """One row per ``within`` (case_id or month): vola_amt, fund_amt in 分 and expected, 分 × RATE_SCALE.

    ``members`` are findings with type_order and prior (rate × RATE_SCALE). A line counts with the amounts of the first
    of its findings in the order of refuse_list; its rate is the highest of theirs. Lines of a settlement never come to
    more than its fund payment. A visit counts as its whole-visit row or as the sum of its lines, whichever is more,
    so that a visit found whole is not counted again by its lines.
    """
    faults = _faults(members, detl, within)
    whole = F.col("feedetl_sn") == WHOLE_VISIT
    by_lines = _summed(_weighed(_cut_to_settlement(faults.where(~whole), lines, within), within), within, "mdtrt_id")
    by_whole_visit = _weighed(faults.where(whole), within)
    # Each side has one row per visit.
    either = by_lines.unionByName(by_whole_visit).groupBy(within, "mdtrt_id")
    visits = either.agg(*[F.max(name).alias(name) for name in WEIGHED])
    return _summed(visits, within)


def _faults(members: DataFrame, detl: DataFrame, within: str) -> DataFrame:
    """One row per line (or whole visit) at fault with money: amounts of the first finding, highest rate."""
    with_money = (F.col("vola_amt") > 0) | (F.col("fund_amt") > 0)
    rows = detl.where((F.col("vola_item_type") == AT_FAULT) & with_money)
    amounts = rows.select("jr_id", "mdtrt_id", "feedetl_sn", *[fen(name) for name in AMOUNTS])
    found = amounts.join(members.select("jr_id", within, *REFUSE_ORDER, "prior"), on="jr_id", how="inner")
    first = F.min(F.struct(*REFUSE_ORDER, "jr_id", *AMOUNTS)).alias("first")
    once = found.groupBy(within, "mdtrt_id", "feedetl_sn").agg(first, F.max("prior").alias("prior"))
    return once.select(within, "mdtrt_id", "feedetl_sn", "prior", "first.*")


def _cut_to_settlement(faults: DataFrame, lines: DataFrame, within: str) -> DataFrame:
    """``faults`` with fund_amt cut, in the order of refuse_list, to what the settlement's fund paid."""
    paid = lines.select("mdtrt_id", "feedetl_sn", "setl_id", "setl_fund")
    located = faults.join(paid, on=["mdtrt_id", "feedetl_sn"], how="left")  # bill_line's key
    earlier = (
        Window.partitionBy(within, "setl_id")
        .orderBy(*REFUSE_ORDER, "mdtrt_id", "feedetl_sn")
        .rowsBetween(Window.unboundedPreceding, -1)
    )
    spent = F.coalesce(F.sum("fund_amt").over(earlier), F.lit(0))
    left = F.greatest(F.col("setl_fund") - spent, F.lit(0))
    return located.withColumn("fund_amt", F.least("fund_amt", left))


def _weighed(faults: DataFrame, within: str) -> DataFrame:
    expected = (F.col("fund_amt") * F.col("prior")).alias("expected")
    return faults.select(within, "mdtrt_id", *AMOUNTS, expected)


def _summed(amounts: DataFrame, *by: str) -> DataFrame:
    return amounts.groupBy(*by).agg(*[F.sum(name).alias(name) for name in WEIGHED])
