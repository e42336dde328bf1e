"""The demo: a synthetic county, the full rule base, every month audited, the workbook written, the truth compared."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import functions as F
from rich.console import Console
from rich.table import Table as Shown

from cases.contents import Selection
from jobs.cases import export_cases
from jobs.console import progress
from jobs.night import last_day
from jobs.nightly import load_and_judge
from jobs.settings import Settings, load_settings
from jobs.spark import open_lake
from lake.publications import read_published
from lake.tables import FINDING, FINDING_DETL
from rules.catalogue import RULE_TYPES
from rules.demo.base import write_demo_rulebase
from synth.county import generate
from synth.profile import CountyProfile

log = logging.getLogger(__name__)

# The county is made up, so its key is no secret.
DEMO_KEY = {"FUNDGUARD_IDENTITY_KEY": "synthetic-county-of-the-demo"}
SEED = 7


@dataclass(frozen=True)
class Found:
    """Planted cases of a rule type, and how many of them a finding of their own rule names."""

    rule_type_id: str
    planted: int
    found: int


def demo(folder: Path, persons: int, months: int, overrides: list[str], environment: Mapping[str, str], console: Console) -> None:
    """Makes everything anew under ``folder`` and prints where the workbook is and what was found against the truth."""
    settings = load_settings(overrides, environment={**environment, **DEMO_KEY})
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    profile = CountyProfile(persons=persons, months=months, seed=SEED)
    rules, landing, lake, truth = (folder / name for name in ("rules", "landing", "lake", "truth.parquet"))
    # Cases need days on both sides, so few lie in a county's last two months.
    month = profile.batches[max(0, months - 3)]
    workbook = folder / f"疑点清单-{month}.xlsx"
    with progress(console, "demo", 4) as advance:
        write_demo_rulebase(rules, SEED)
        advance(note="rule base of 642,658 rows written")
        generate(open_lake(lake, settings).spark, landing, rules, profile, truth)
        advance(note="synthetic county written")
        load_and_judge(landing, rules, lake, profile.batches, last_day(profile.batches[-1]), settings)
        advance(note="every month audited and published")
        cases = export_cases(lake, Selection(month), workbook, settings)
        advance(note="workbook written")
    console.print(_shown(compare(lake, truth, settings)))
    console.print(f"{cases:,} cases of {month} (synthetic data): {workbook}")


def compare(lake_path: Path, truth: Path, settings: Settings) -> list[Found]:
    """What of the truth table was found, per rule type in catalogue order.

    A planted case counts as found if a finding of its rule names its visit, or the line itself.
    """
    lake = open_lake(lake_path, settings)
    cases = lake.spark.read.parquet(str(truth)).where("kind <> 'near_miss'")
    planted = cases.select("rule_type_id", "rule_id", "mdtrt_id").distinct()
    findings = read_published(lake, FINDING).select("jr_id", "rule_id")
    rows = read_published(lake, FINDING_DETL).where("vola_item_type = 1").select("jr_id", "mdtrt_id")
    named = findings.join(rows, on="jr_id", how="inner").select("rule_id", "mdtrt_id").distinct().withColumn("hit", F.lit(1))
    counted = planted.join(named, on=["rule_id", "mdtrt_id"], how="left").groupBy("rule_type_id")
    totals = {row[0]: (row[1], row[2]) for row in counted.agg(F.count("*"), F.count("hit")).collect()}
    return [Found(rule_id, *totals[rule_id]) for rule_id in RULE_TYPES if rule_id in totals]


def _shown(found: list[Found]) -> Shown:
    table = Shown(title="Planted in the synthetic county, and found")
    for heading in ("type", "name", "planted", "found"):
        table.add_column(heading, justify="right" if heading in ("planted", "found") else "left")
    for row in found:
        table.add_row(row.rule_type_id, RULE_TYPES[row.rule_type_id].name_zh, f"{row.planted:,}", f"{row.found:,}")
    return table
