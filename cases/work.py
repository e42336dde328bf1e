"""The hours that cases take, and the rank that an office's hours give them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from cases.order import Candidate, Quota, placed_cases
from lake.frames import frame_of

ORDERED = ("case_id", "expected_amt", "fund_amt", "fixmedins_code", "rule_type_id", "minutes", "sampled")


@dataclass(frozen=True)
class Work:
    """Minutes that a case with findings of a type takes, by type, and what an office has a month."""

    minutes: Mapping[str, int]
    quota: Quota


def with_minutes(members: DataFrame, work: Work) -> DataFrame:
    """The findings with the ``minutes`` that a case of their type takes."""
    schema = {"rule_type_id": pa.string(), "minutes": pa.int32()}
    minutes = F.broadcast(frame_of(members.sparkSession, schema, work.minutes.items()))
    return members.join(minutes, on="rule_type_id", how="left").fillna(0, ["minutes"])


def with_rank(cases: DataFrame, work: Work) -> DataFrame:
    """The cases, whose amounts are in 分, with rank, in_quota and hours.

    A month is ordered in one place by plain Python: whom a floor takes depends on whom was taken before, which no window
    function says. That is some 10,000 rows of seven small values for a county of 20,000 persons.
    """
    quota = work.quota
    schema = f"{_ddl(cases)}, rank int, in_quota int"

    def of_month(month: pa.Table) -> pa.Table:
        placed = {one.case_id: one for one in placed_cases(_candidates(month), quota)}
        own = [placed[case_id] for case_id in month["case_id"].to_pylist()]
        ranked = month.append_column("rank", pa.array([one.rank for one in own], pa.int32()))
        return ranked.append_column("in_quota", pa.array([int(one.in_quota) for one in own], pa.int32()))

    hours = (F.col("minutes").cast("decimal(18,0)") / 60).cast("decimal(18,6)")
    return cases.groupBy("month").applyInArrow(of_month, schema).withColumn("hours", hours)


def _ddl(cases: DataFrame) -> str:
    return ", ".join(f"`{field.name}` {field.dataType.simpleString()}" for field in cases.schema.fields)


def _candidates(month: pa.Table) -> Iterator[Candidate]:
    for row in month.select(ORDERED).to_pylist():
        yield Candidate(
            row["case_id"], row["expected_amt"], row["fund_amt"], row["fixmedins_code"], row["rule_type_id"], row["minutes"],
            row["sampled"] == 1,
        )  # fmt: skip
