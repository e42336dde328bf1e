"""The demo: a synthetic county, the full rule base, every month audited, the workbook written, the truth compared."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from cases.contents import Selection
from jobs.against_truth import found_in, shown, write_csv
from jobs.cases import export_cases
from jobs.console import progress
from jobs.night import last_day
from jobs.nightly import load_and_judge
from jobs.settings import load_settings
from jobs.spark import open_lake
from rules.demo.base import write_demo_rulebase
from synth.county import generate
from synth.profile import CountyProfile

log = logging.getLogger(__name__)

# The county is made up, so its key is no secret.
DEMO_KEY = {"FUNDGUARD_IDENTITY_KEY": "synthetic-county-of-the-demo"}
# Counties of every seed are judged by one rule base.
RULES_SEED = 7
# A new lake has nothing that the champion of another could know.
WITHOUT_MODELS = "features.nightly=false"


def demo(folder: Path, profile: CountyProfile, overrides: list[str], environment: Mapping[str, str], console: Console) -> None:
    """Makes everything anew under ``folder``; prints where the workbook is and what was found against the truth."""
    settings = load_settings([WITHOUT_MODELS, *overrides], environment={**environment, **DEMO_KEY})
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rules, landing, lake, truth = (folder / name for name in ("rules", "landing", "lake", "truth.parquet"))
    # Cases need days on both sides, so few lie in a county's last two months.
    month = profile.batches[max(0, profile.months - 3)]
    workbook = folder / f"疑点清单-{month}.xlsx"
    with progress(console, "demo", 4) as advance:
        write_demo_rulebase(rules, RULES_SEED)
        advance(note="rule base of 642,658 rows written")
        generate(open_lake(lake, settings).spark, landing, rules, profile, truth)
        advance(note="synthetic county written")
        load_and_judge(landing, rules, lake, profile.batches, last_day(profile.batches[-1]), settings)
        advance(note="every month audited and published")
        cases = export_cases(lake, Selection(month), workbook, settings)
        advance(note="workbook written")
    found = found_in(open_lake(lake, settings), truth)
    figures = folder / "植入与命中.csv"
    write_csv(figures, found)
    console.print(shown(found))
    console.print(f"{cases:,} cases of {month} (synthetic data): {workbook}")
    console.print(f"the figures of the table: {figures}")
