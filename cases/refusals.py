"""What the fund refuses beyond the computed findings: findings that needed a review and were confirmed."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from cases.confirmed import confirmed_rows
from cases.members import WHOLE_VISIT
from cases.money import REFUSE_ORDER, fen, yuan
from cases.settlements import settlements
from lake.tables.refuse_list import REFUSE_LIST

CASE_PAYMENT = ("3", "4")  # hi_paymtd of DRG and DIP
AMOUNTS = ("vola_amt", "vola_inscp_amt", "fund_amt")


def confirmed_refusals(
    outcomes: DataFrame,
    members: DataFrame,
    detl: DataFrame,
    lines: DataFrame,
    visits: DataFrame,
    refused: DataFrame,
    *,
    include_drg: bool,
) -> DataFrame:
    """Rows to add to refuse_list: confirmed findings with vola_amt_stas 0, whatever their severity and control mode.

    ``members`` are ``case_members``; ``refused`` is what the rules alone refuse. A line that is refused already is not
    refused again; from a whole visit's confirmed amount goes what its lines are refused for. No settlement is refused
    more than its fund paid; a visit of several settlements gives a row for each, in the order of setl_id.
    """
    confirmed = confirmed_rows(outcomes, members, detl).where(F.col("confirmed") > 0)
    paid = settlements(lines, visits)
    open_to_refusal = paid if include_drg else paid.where(~_is_case_payment())
    whole = F.col("feedetl_sn") == WHOLE_VISIT
    earlier = refused.select("mdtrt_id", "setl_id", "feedetl_sn", fen("fund_amt").alias("taken"))
    by_line = _line_refusals(confirmed.where(~whole), lines, open_to_refusal, earlier)
    taken = earlier.unionByName(by_line.select("mdtrt_id", "setl_id", "feedetl_sn", F.col("fund_amt").alias("taken")))
    by_visit = _visit_refusals(confirmed.where(whole), open_to_refusal, taken).where(F.col("fund_amt") > 0)
    return REFUSE_LIST.conform(by_line.unionByName(by_visit).withColumns({name: yuan(name) for name in AMOUNTS}))


def _is_case_payment() -> Column:
    return F.coalesce(F.ltrim(F.col("hi_paymtd"), F.lit("0")).isin(*CASE_PAYMENT), F.lit(False))


def _line_refusals(confirmed: DataFrame, lines: DataFrame, paid: DataFrame, earlier: DataFrame) -> DataFrame:
    """One row per confirmed line that is not refused yet, by the first of its findings, cut to what is left."""
    fresh = _first(confirmed, "mdtrt_id", "feedetl_sn").join(earlier, on=["mdtrt_id", "feedetl_sn"], how="left_anti")
    located = fresh.join(lines.select("mdtrt_id", "feedetl_sn", "setl_id"), on=["mdtrt_id", "feedetl_sn"], how="inner")
    capped = located.withColumns(_proportional()).join(_left(paid, earlier), on=["mdtrt_id", "setl_id"], how="inner")
    before = Window.partitionBy("setl_id").orderBy(*REFUSE_ORDER, "jr_id", "feedetl_sn")
    taken = F.coalesce(F.sum("fund_amt").over(before.rowsBetween(Window.unboundedPreceding, -1)), F.lit(0))
    room = F.greatest(F.col("left") - taken, F.lit(0))
    return _refusals(capped.withColumn("fund_amt", F.least("fund_amt", room)))


def _visit_refusals(confirmed: DataFrame, paid: DataFrame, taken: DataFrame) -> DataFrame:
    """One row per settlement of a confirmed visit: its share of what the visit's lines are not refused for already."""
    by_visit = taken.groupBy("mdtrt_id").agg(F.sum("taken").alias("visit_taken"))
    open_amount = F.greatest(F.col("confirmed") - F.coalesce("visit_taken", F.lit(0)), F.lit(0))
    due = _first(confirmed, "mdtrt_id").join(by_visit, on="mdtrt_id", how="left").withColumn("due", open_amount)
    # A visit's settlements: its row becomes one for each.
    spread = due.join(_left(paid, taken), on="mdtrt_id", how="inner")
    before = Window.partitionBy("mdtrt_id").orderBy("setl_id").rowsBetween(Window.unboundedPreceding, -1)
    filled = F.coalesce(F.sum("left").over(before), F.lit(0))
    share = F.least(F.greatest(F.col("due") - filled, F.lit(0)), F.col("left"))
    return _refusals(spread.withColumn("share", share).withColumns({name: F.col("share") for name in AMOUNTS}))


def _first(confirmed: DataFrame, *key: str) -> DataFrame:
    """One row per ``key``: that of the first finding in the order of refuse_list."""
    order = Window.partitionBy(*key).orderBy(*REFUSE_ORDER, "jr_id")
    return confirmed.withColumn("place", F.row_number().over(order)).where(F.col("place") == 1).drop("place")


def _left(paid: DataFrame, taken: DataFrame) -> DataFrame:
    """One row per settlement: what its fund payment leaves to refuse, in 分."""
    by_settlement = taken.groupBy("mdtrt_id", "setl_id").agg(F.sum("taken").alias("setl_taken"))
    rest = paid.join(by_settlement, on=["mdtrt_id", "setl_id"], how="left")
    left = F.greatest(F.col("paid") - F.coalesce("setl_taken", F.lit(0)), F.lit(0)).alias("left")
    return rest.select("mdtrt_id", "setl_id", left)


def _proportional() -> dict[str, Column]:
    """The three amounts of a line of which ``confirmed`` of vola_amt was confirmed, each rounded half up."""
    inscp = _mul_div("confirmed", "vola_inscp_amt", "vola_amt")
    return {
        "fund_amt": F.expr(f"CASE WHEN vola_inscp_amt > 0 THEN {_mul_div(inscp, 'fund_amt', 'vola_inscp_amt')} ELSE 0L END"),
        "vola_inscp_amt": F.expr(inscp),
        "vola_amt": F.col("confirmed"),
    }


def _mul_div(factor: str, times: str, by: str) -> str:
    """SQL of factor × times / by, all >= 0, rounded half up, in 128 bits."""
    product = f"CAST({factor} AS DECIMAL(19,0)) * CAST({times} AS DECIMAL(18,0))"
    return f"CAST((2 * {product} + {by}) DIV (2 * CAST({by} AS DECIMAL(19,0))) AS BIGINT)"


def _refusals(rows: DataFrame) -> DataFrame:
    return rows.select("month", "mdtrt_id", "setl_id", "feedetl_sn", "jr_id", "rule_id", *AMOUNTS)
