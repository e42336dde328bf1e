"""Why a case is on the list, in Chinese: each rule type with its legal basis, lines and amount."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from cases.case_type import CaseType
from cases.members import AT_FAULT, WHOLE_VISIT
from cases.money import fen, yuan

REASON_SEPARATOR = "；"


def case_reasons(members: DataFrame, detl: DataFrame, types: Sequence[CaseType]) -> DataFrame:
    """One row per case: ``reasons``, the types in catalogue order, e.g.

    ``超限定支付适应症：明细2条，金额150.00元（依据：条例38(六)）``. A line that several rules of one type hit counts once
    in that type, with the highest amount.
    """
    hits = members.select("jr_id", "case_id", "rule_type_id", "type_order")
    rows = detl.where(F.col("vola_item_type") == AT_FAULT).select("jr_id", "mdtrt_id", "feedetl_sn", fen("vola_amt"))
    by_type = ("case_id", "type_order", "rule_type_id")
    once = rows.join(hits, on="jr_id", how="inner").groupBy(*by_type, "mdtrt_id", "feedetl_sn")
    totals = once.agg(F.max("vola_amt").alias("vola_amt")).groupBy(*by_type).agg(*_counts())
    texts = totals.select("case_id", F.struct("type_order", _text(types).alias("text")).alias("part"))
    parts = F.transform(F.sort_array(F.collect_list("part")), lambda part: part["text"])
    return texts.groupBy("case_id").agg(F.concat_ws(REASON_SEPARATOR, parts).alias("reasons"))


def _counts() -> list[Column]:
    is_visit = F.col("feedetl_sn") == WHOLE_VISIT
    is_line = ~is_visit & (F.col("mdtrt_id") != WHOLE_VISIT)
    return [
        F.sum(is_line.cast("int")).alias("lines"),
        F.sum(is_visit.cast("int")).alias("visits"),
        F.sum("vola_amt").alias("vola_amt"),
    ]


def _text(types: Sequence[CaseType]) -> Column:
    names = _words({case_type.rule_type_id: case_type.name_zh for case_type in types})
    laws = _words({case_type.rule_type_id: case_type.law for case_type in types})
    lines = F.when(F.col("lines") > 0, F.concat(F.lit("明细"), F.col("lines").cast("string"), F.lit("条")))
    visits = F.when(F.col("visits") > 0, F.concat(F.lit("整次就诊"), F.col("visits").cast("string"), F.lit("次")))
    amount = F.when(F.col("vola_amt") > 0, F.concat(F.lit("金额"), yuan("vola_amt").cast("string"), F.lit("元")))
    what = F.concat_ws("，", visits, lines, F.coalesce(amount, F.lit("金额待核")))
    return F.concat(names, F.lit("："), what, F.lit("（依据："), laws, F.lit("）"))


def _words(words: dict[str, str]) -> Column:
    """The word of the row's rule type; a type that is not in the catalogue stands under its id."""
    pairs = [F.lit(value) for pair in words.items() for value in pair]
    return F.coalesce(F.create_map(*pairs)[F.col("rule_type_id")], F.col("rule_type_id"))
