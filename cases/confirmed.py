"""What auditors confirmed of the findings whose amount needed a review, down to each line and visit at fault."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from cases.members import AT_FAULT
from cases.money import REFUSE_ORDER, fen

NEEDS_REVIEW = 0
ROW = ("mdtrt_id", "feedetl_sn")


def confirmed_rows(outcomes: DataFrame, members: DataFrame, detl: DataFrame) -> DataFrame:
    """One row per line or visit at fault, with money, of a finding with vola_amt_stas 0: ``confirmed`` in 分 (>= 0).

    A conclusion on the line goes before one on its finding, that before one on the case; the latest of each counts.
    A finding's or case's amount fills its rows in order, each up to its own amount, until it is used up.
    """
    rows = _reviewed_rows(members, detl)
    latest = _latest(outcomes)
    on_line = latest.where(F.col("feedetl_sn").isNotNull())
    on_finding = latest.where(F.col("jr_id").isNotNull() & F.col("feedetl_sn").isNull())
    on_case = latest.where(F.col("jr_id").isNull())
    # Each side has one row per target.
    judged = (
        rows.join(_named(on_line, "line_amt", "jr_id", *ROW), on=["jr_id", *ROW], how="left")
        .join(_named(on_finding, "finding_amt", "jr_id"), on="jr_id", how="left")
        .join(_named(on_case, "case_amt", "case_id"), on="case_id", how="left")
    )
    on_rows = judged.withColumn("own_amt", F.coalesce("line_amt", _share("finding_amt", "jr_id", "line_amt", ROW)))
    case_order = (*REFUSE_ORDER, "jr_id", *ROW)
    confirmed = F.coalesce("own_amt", _share("case_amt", "case_id", "own_amt", case_order), F.lit(0))
    return on_rows.withColumn("confirmed", F.least(confirmed, "vola_amt"))


def _reviewed_rows(members: DataFrame, detl: DataFrame) -> DataFrame:
    findings = members.where(F.col("vola_amt_stas") == NEEDS_REVIEW)
    named = findings.select("jr_id", "case_id", "month", *REFUSE_ORDER)
    with_money = (F.col("vola_item_type") == AT_FAULT) & (F.col("vola_amt") > 0)
    amounts = [fen(name) for name in ("vola_amt", "vola_inscp_amt", "fund_amt")]
    return detl.where(with_money).select("jr_id", *ROW, *amounts).join(named, on="jr_id", how="inner")


def _latest(outcomes: DataFrame) -> DataFrame:
    """One row per case, finding or line that was concluded: the amount of its latest conclusion, in 分."""
    concluded = F.struct("concluded_on", "seq", fen("confirmed_amt").alias("confirmed"))
    latest = outcomes.groupBy("case_id", "jr_id", *ROW).agg(F.max(concluded).alias("latest"))
    return latest.select("case_id", "jr_id", *ROW, "latest.confirmed")


def _named(latest: DataFrame, amount: str, *key: str) -> DataFrame:
    return latest.select(*key, F.col("confirmed").alias(amount))


def _share(total: str, within: str, own: str, order: tuple[str, ...]) -> Column:
    """What a row without ``own`` amount takes of ``total``: what the rows with one and the rows before it leave."""
    everything = Window.partitionBy(within)
    before = everything.orderBy(*order).rowsBetween(Window.unboundedPreceding, -1)
    is_open = F.col(own).isNull()
    concluded = F.coalesce(F.sum(own).over(everything), F.lit(0))
    taken = F.coalesce(F.sum(F.when(is_open, F.col("vola_amt"))).over(before), F.lit(0))
    share = F.least(F.greatest(F.col(total) - concluded - taken, F.lit(0)), F.col("vola_amt"))
    return F.when(is_open & F.col(total).isNotNull(), share)
