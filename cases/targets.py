"""What an imported conclusion may be about, and the most it can confirm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from decimal import Decimal
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from cases.members import AT_FAULT
from cases.outcome_rows import Target
from lake.frames import frame_of

KEYS = ("case_id", "jr_id", "mdtrt_id", "feedetl_sn")


def target_amounts(targets: Sequence[Target], cases: DataFrame, members: DataFrame, detl: DataFrame) -> DataFrame:
    """One row per target that exists: case_id, jr_id, mdtrt_id, feedetl_sn, vola_amt.

    ``cases`` is case_list, ``members`` are ``case_members``. Only lines at fault can be concluded.
    """
    schema = dict.fromkeys(KEYS, pa.string())
    # Bounded by what one person filled into one workbook.
    wanted = F.broadcast(frame_of(cases.sparkSession, schema, map(astuple, dict.fromkeys(targets))))
    on_cases = wanted.where(F.col("jr_id").isNull()).join(cases.select("case_id", "vola_amt"), "case_id", "inner")
    findings = members.select("case_id", "jr_id", "vola_amt")
    is_finding = F.col("jr_id").isNotNull() & F.col("feedetl_sn").isNull()
    on_findings = wanted.where(is_finding).join(findings, ["case_id", "jr_id"], "inner")
    lines = detl.where(F.col("vola_item_type") == AT_FAULT).select(*KEYS[1:], "vola_amt")
    placed = lines.join(members.select("jr_id", "case_id"), "jr_id", "inner")
    on_lines = wanted.where(F.col("feedetl_sn").isNotNull()).join(placed, [*KEYS], "inner")
    return on_cases.unionByName(on_findings).unionByName(on_lines)


def known_amounts(rows: Iterable[Mapping[str, Any]]) -> dict[Target, Decimal]:
    """The collected rows of ``target_amounts`` by target."""
    return {Target(*(row[key] for key in KEYS)): row["vola_amt"] for row in rows}
