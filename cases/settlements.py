"""The net settlements behind the bill: what a refusal may take from each of them."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def settlements(lines: DataFrame, visits: DataFrame) -> DataFrame:
    """One row per net settlement: mdtrt_id, setl_id, hi_paymtd, paid (分).

    ``lines`` is bill_line, ``visits`` bill_visit. A settlement all of whose lines were refunded has no bill line; what
    the visit's payment leaves for it stands under the visit's last settlement if that is such a one.
    """
    with_lines = lines.groupBy("mdtrt_id", "setl_id").agg(F.max("hi_paymtd").alias("hi_paymtd"), F.max("setl_fund").alias("paid"))
    known = with_lines.groupBy("mdtrt_id").agg(F.sum("paid").alias("known"), F.collect_set("setl_id").alias("setl_ids"))
    # known has one row per visit.
    lasts = visits.select("mdtrt_id", "setl_id", "hi_paymtd", "fund_amt").join(known, on="mdtrt_id", how="left")
    is_new = F.col("setl_ids").isNull() | ~F.array_contains("setl_ids", F.col("setl_id"))
    rest = F.greatest(F.col("fund_amt") - F.coalesce("known", F.lit(0)), F.lit(0))
    without_lines = lasts.where(is_new).select("mdtrt_id", "setl_id", "hi_paymtd", rest.alias("paid"))
    return with_lines.unionByName(without_lines)
