"""What was found of the cases that a synthetic county plants: counts, recall and precision of each rule type."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from rich.table import Table as Shown

from lake.publications import read_published
from lake.store import Lake
from lake.tables import FINDING, FINDING_DETL
from rules.catalogue import RULE_TYPES

# A whole visit as feedetl_sn, a subject without lines as mdtrt_id.
WHOLE = "*"
# Kinds of the truth's rows: what is wrong, and what only looks so (docs/synthetic-county.md).
WRONG, EXPLAINED = ("violation", "suspicion"), "explained"
HEADINGS = ("规则类型", "名称", "性质", "植入", "命中", "其中有合理解释", "标记疑点", "标记在植入处", "召回率", "精确率")
KINDS = {"violation": "违规", "suspicion": "可疑"}
WORDS = (
    "planted: cases; found: those that a finding of their own rule names (recall); explained: those of the planted that only\n"
    "look wrong, as who reads their papers would see.\n"
    "flagged: all findings of the suspicion type; precision: the share of them that lies on a line, visit or institution\n"
    "planted for the type without an explanation. Ordinary synthetic life has suspicious patterns too (short stays, repeated\n"
    "examinations, busy days), and nobody planted those: the rest of the flagged are not errors. They show how much an auditor\n"
    "would read beside each planted case; a type's precision among real bills has to be learned from auditors' conclusions."
)


@dataclass(frozen=True)
class Found:
    """A rule type's planted cases, how many of them a finding of their own rule names, and its findings in all.

    ``explained``: those of the planted that a reviewer finds nothing wrong with; ``on_planted``: findings that lie on a line,
    visit or subject planted as wrong for the type, by whichever of its rules.
    """

    rule_type_id: str
    planted: int
    found: int
    explained: int
    flagged: int
    on_planted: int

    @property
    def is_suspicion(self) -> bool:
        return RULE_TYPES[self.rule_type_id].kind == "suspicion"

    @property
    def recall(self) -> Fraction:
        return Fraction(self.found, self.planted)

    @property
    def precision(self) -> Fraction | None:
        """None for a violation, of which ordinary bills have none, and for a type that flagged nothing."""
        return Fraction(self.on_planted, self.flagged) if self.is_suspicion and self.flagged else None


def found_in(lake: Lake, truth: Path) -> list[Found]:
    """What the last publication found of the truth table."""
    return compared(
        lake.spark.read.parquet(str(truth)), read_published(lake, FINDING), read_published(lake, FINDING_DETL)
    )  # fmt: skip


def compared(truth: DataFrame, findings: DataFrame, detl: DataFrame) -> list[Found]:
    """One entry for each planted rule type, in catalogue order. A near miss is no case, a finding in trial is none either."""
    cases = truth.where("kind <> 'near_miss'")
    active = findings.where("finding_stas = 'active'").select("jr_id", "rule_type_id", "rule_id", "fixmedins_code")
    rows = active.join(detl.where("vola_item_type = 1").select("jr_id", "mdtrt_id", "feedetl_sn"), on="jr_id", how="inner")
    planted = cases.select("rule_type_id", "rule_id", "mdtrt_id", (F.col("kind") == EXPLAINED).alias("explained")).distinct()
    named = rows.select("rule_id", "mdtrt_id").distinct().withColumn("hit", F.lit(1))
    counted = planted.join(named, on=["rule_id", "mdtrt_id"], how="left").groupBy("rule_type_id")
    told = counted.agg(F.count("*"), F.count("hit"), F.count_if("explained")).collect()
    found = {row[0]: (row[1], row[2], row[3]) for row in told}
    flagged = _counts(active)
    hit = _counts(on_planted(rows, wrong(truth)))
    return [
        Found(type_id, *found[type_id], flagged.get(type_id, 0), hit.get(type_id, 0))
        for type_id in RULE_TYPES
        if type_id in found
    ]


def wrong(truth: DataFrame) -> DataFrame:
    """The truth's rows that are wrong: neither near misses nor what has an explanation."""
    return truth.where(F.col("kind").isin(*WRONG))


def on_planted(rows: DataFrame, cases: DataFrame) -> DataFrame:
    """The findings' rows that meet a case of their type: the same line, a whole visit on either side, the same institution."""
    row, case = F.col("row.feedetl_sn"), F.col("case.feedetl_sn")
    is_same_line = (row == case) | (row == WHOLE) | (case == WHOLE)
    of_type = F.col("row.rule_type_id") == F.col("case.rule_type_id")
    is_same_visit = (F.col("row.mdtrt_id") == F.col("case.mdtrt_id")) & (F.col("row.mdtrt_id") != WHOLE) & is_same_line
    both_subjects = (F.col("row.mdtrt_id") == WHOLE) & (F.col("case.mdtrt_id") == WHOLE)
    is_same_subject = both_subjects & (F.col("row.fixmedins_code") == F.col("case.fixmedins_code"))
    return rows.alias("row").join(cases.alias("case"), of_type & (is_same_visit | is_same_subject), "left_semi")


def _counts(findings: DataFrame) -> dict[str, int]:
    """Findings of each rule type."""
    counted = findings.groupBy("rule_type_id").agg(F.count_distinct("jr_id"))
    return {row[0]: row[1] for row in counted.collect()}


def write_csv(path: Path, found: Sequence[Found]) -> None:
    """The same figures as a file, UTF-8 with the mark that Excel needs; shares with four decimals."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADINGS)
        for row in found:
            rule_type = RULE_TYPES[row.rule_type_id]
            told = [row.flagged, row.on_planted] if row.is_suspicion else ["", ""]
            shares = [row.recall if row.is_suspicion else None, row.precision]
            listed = ["" if share is None else f"{float(share):.4f}" for share in shares]
            writer.writerow(
                [
                    row.rule_type_id,
                    rule_type.name_zh,
                    KINDS[rule_type.kind],
                    row.planted,
                    row.found,
                    row.explained,
                    *told,
                    *listed,
                ]
            )


def shown(found: Sequence[Found]) -> Shown:
    """The figures as a table for the screen, with what they mean below it."""
    table = Shown(title="Planted in the synthetic county, and found", caption=WORDS, caption_justify="left")
    for heading in ("type", "name", "planted", "found", "explained", "flagged", "recall", "precision"):
        table.add_column(heading, justify="left" if heading in ("type", "name") else "right")
    for row in found:
        flagged = f"{row.flagged:,}" if row.is_suspicion else ""
        counts = [f"{row.planted:,}", f"{row.found:,}", f"{row.explained:,}" if row.explained else "", flagged]
        shares = [row.recall if row.is_suspicion else None, row.precision]
        listed = ["" if share is None else f"{float(share):.1%}" for share in shares]
        table.add_row(row.rule_type_id, RULE_TYPES[row.rule_type_id].name_zh, *counts, *listed)
    return table
