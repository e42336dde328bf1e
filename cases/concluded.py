"""Which findings auditors concluded, and what share of each they confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from cases.outcome_rows import CONFIRMED, PARTLY, REFUTED
from lake.frames import frame_of

SHARE_SCALE = 10_000  # shares are summed as integers: the same sum in whatever order


def concluded_findings(outcomes: DataFrame, members: DataFrame, cases: DataFrame, days: Sequence[date]) -> DataFrame:
    """One row per day and finding that was concluded by its end: known_by, jr_id, ``share`` confirmed (0 to SHARE_SCALE).

    ``members`` are findings with their case_id and ``since``, the day from which they are not listed (empty: listed);
    ``cases`` is case_list. A conclusion on the finding goes before those on its lines, these before one on the case; the latest
    of each counts. 成立 confirms all, 不成立 nothing, 部分成立 the amount of what was found. A conclusion on a case says the
    same of each of its findings that was listed then.
    """
    asked = F.broadcast(frame_of(outcomes.sparkSession, {"known_by": pa.date32()}, [(day,) for day in days]))
    latest = _latest(outcomes.join(asked, F.col("concluded_on") <= F.col("known_by"), "inner"))
    is_line, is_finding = F.col("feedetl_sn").isNotNull(), F.col("jr_id").isNotNull()
    on_line, on_finding = (_named(latest.where(which), "jr_id") for which in (is_line, is_finding & ~is_line))
    on_case = _named(latest.where(~is_finding), "case_id").withColumnRenamed("concluded", "case_concluded")
    of_lines = on_line.groupBy("known_by", "jr_id").agg(F.collect_list("concluded").alias("line_concluded"))
    reviewed = members.join(outcomes.select("case_id").distinct(), on="case_id", how="left_semi")
    found = reviewed.select("jr_id", "case_id", "since", F.col("vola_amt").alias("finding_amt")).crossJoin(asked)
    amounts = cases.select("case_id", F.col("vola_amt").alias("case_amt"))
    # Each side has one row per day, and finding or case.
    own = found.join(of_lines, ["known_by", "jr_id"], "left").join(on_finding, ["known_by", "jr_id"], "left")
    judged = own.join(on_case, ["known_by", "case_id"], "left").join(amounts, "case_id", "left")
    was_listed = F.col("since").isNull() | (F.col("case_concluded.concluded_on") < F.col("since"))
    share = F.coalesce(
        _share("concluded", "finding_amt"),
        _line_share("line_concluded", "finding_amt"),
        F.when(was_listed, _share("case_concluded", "case_amt")),
    )
    return judged.select("known_by", "jr_id", share.alias("share")).where(F.col("share").isNotNull())


def _latest(outcomes: DataFrame) -> DataFrame:
    """One row per day, and case, finding or line that was concluded by then, with its latest conclusion."""
    concluded = F.struct("concluded_on", "seq", "conclusion", "confirmed_amt")
    key = ("known_by", "case_id", "jr_id", "mdtrt_id", "feedetl_sn")
    return outcomes.groupBy(*key).agg(F.max(concluded).alias("concluded"))


def _named(latest: DataFrame, key: str) -> DataFrame:
    return latest.select("known_by", key, "concluded")


def _share(concluded: str, amount: str) -> Column:
    """Missing without a conclusion; part of what has no amount is half of it."""
    conclusion = F.col(f"{concluded}.conclusion")
    return (
        F.when(conclusion == CONFIRMED, F.lit(SHARE_SCALE))
        .when(conclusion == REFUTED, F.lit(0))
        .when(conclusion == PARTLY, _part(F.col(f"{concluded}.confirmed_amt"), F.col(amount)))
    )


def _line_share(lines: str, amount: str) -> Column:
    """What was confirmed on lines beside the whole finding; missing if no line was concluded."""
    confirmed = F.aggregate(
        lines, F.lit(0).cast("decimal(18,2)"), lambda total, line: (total + line["confirmed_amt"]).cast("decimal(18,2)")
    )
    all_confirmed = F.forall(lines, lambda line: line["conclusion"] == CONFIRMED)
    all_refuted = F.forall(lines, lambda line: line["conclusion"] == REFUTED)
    part = (
        F.when(all_refuted, 0).when(all_confirmed & (F.col(amount) == 0), SHARE_SCALE).otherwise(_part(confirmed, F.col(amount)))
    )
    return F.when(F.col(lines).isNotNull(), part)


def _part(confirmed: Column, amount: Column) -> Column:
    scaled, of = (confirmed * 100).cast("bigint") * SHARE_SCALE, F.nullif((amount * 100).cast("bigint"), F.lit(0))
    exact = F.least(F.floor((scaled - F.pmod(scaled, of)) / of), F.lit(SHARE_SCALE))
    return F.coalesce(exact, F.lit(SHARE_SCALE // 2))
