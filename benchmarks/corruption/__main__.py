"""`python -m benchmarks.corruption`: batches gone wrong in 25 ways, and clean ones, before the gate. BAD=300 CLEAN=100.

Lakes of TOGETHER batches are made one after the other; a lake's outcomes stay in benchmarks/out/corruption, so that a run that
was broken off goes on where it was.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.__main__ import OUT, machine
from benchmarks.corruption.naive import PlainSuites
from benchmarks.corruption.report import report
from benchmarks.corruption.trials import Outcome, Trial, judged, trials
from jobs.settings import load_settings
from jobs.spark import open_lake
from synth.corruption.clean import County

BAD, CLEAN = int(os.environ.get("BAD", "300")), int(os.environ.get("CLEAN", "100"))
TOGETHER = 100  # batches in one lake
KEPT = OUT / "corruption"
# Every setting of the gate is the default one.
SETTINGS = ("identity.mode=clear", "spark.master=local[2]", "spark.driver_memory=2g")


def kept(first: int, chosen: Sequence[Trial], folder: Path) -> list[Outcome]:
    """The outcomes of the batches of one lake and county, made unless they are kept."""
    path = KEPT / f"{BAD}-{CLEAN}-{first}.json"
    if not path.is_file():
        settings = load_settings([*SETTINGS, f"spark.local_dir={OUT / 'scratch'}"], environment={})
        county, suites = County(first), PlainSuites()
        shutil.rmtree(folder, ignore_errors=True)
        outcomes = judged(open_lake(folder / "lake", settings), folder / "landing", county, chosen, settings)
        plain = {trial.number: suites.refuse(trial.batch(county), folder / "plain") for trial in chosen}
        found = [{**asdict(outcome), "plain": plain[outcome.trial.number]} for outcome in outcomes]
        shutil.rmtree(folder)
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Outcome(Trial(**row["trial"]), row["by"], tuple(row["checks"]), tuple(row["plain"])) for row in rows]


def main() -> None:
    """Judges all of them, a lake at a time, and writes benchmarks/corruption.md."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    KEPT.mkdir(parents=True, exist_ok=True)
    chosen = trials(BAD, CLEAN)
    outcomes: list[Outcome] = []
    for first in range(0, len(chosen), TOGETHER):
        outcomes += kept(first, chosen[first : first + TOGETHER], OUT / "corruption-lake")
        print(f"{len(outcomes)} of {len(chosen)} batches judged", flush=True)
    text = report(outcomes, machine())
    Path(__file__).parents[1].joinpath("corruption.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
