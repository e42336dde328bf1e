"""Batches gone wrong and clean ones, loaded together, each judged by the gate as if it were alone with its county's history."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from expectations.great import GreatExpectations
from expectations.metrics import Measure
from expectations.suites import SOURCE_SUITES
from expectations.verdict import verdicts
from jobs.gate.measured import measured, set_aside
from jobs.gate.pending import Pending
from jobs.gate.places import limits, places
from jobs.gate.source_relations import new_rows, register_national, stored_columns
from jobs.ingest import ingest
from jobs.ingest.reasons import IS_ORPHAN, IS_QUARANTINED
from jobs.relations import rows_in_force
from jobs.settings import Settings
from lake.errors import BadInput
from lake.landing.folders import find_files
from lake.landing.identity import pseudonymiser
from lake.landing.stage import stage
from lake.store import Lake
from lake.tables import BATCH_FILE, REJECTS, SOURCE_TABLES
from rules.engines.duck import DuckEngine
from synth.corruption.batch import Batch
from synth.corruption.clean import DAYS_OF_WEEK, FIRST_DAY, WEEKS, County
from synth.corruption.ways import WAYS, corrupted

DAY: date = FIRST_DAY + timedelta(days=(WEEKS + 1) * DAYS_OF_WEEK)
HALF = 0.5  # of a table's rows: set aside, they are a batch that was caught
FILE, GATE, ROWS_ASIDE, PASSED = "file", "gate", "rejects", ""


@dataclass(frozen=True)
class Trial:
    """A batch of a county, and the way in which it went wrong; None: it is clean."""

    number: int
    way: str | None

    @property
    def mark(self) -> str:
        """Its batch_id, which its keys carry too."""
        return f"n{self.number:04d}"

    def batch(self, county: County) -> Batch:
        """What lands."""
        clean = county.week(self.mark, self.number)
        return clean if self.way is None else corrupted(clean, self.way, self.number)


@dataclass(frozen=True)
class Outcome:
    """What became of a batch: ``by`` is FILE, GATE or ROWS_ASIDE, or PASSED; checks that refused it; what a plain suite says."""

    trial: Trial
    by: str
    checks: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()


def trials(bad: int, clean: int, first: int = 1) -> list[Trial]:
    """So many batches gone wrong, the ways in turn, and so many clean ones, spread evenly among them."""
    ways = list(WAYS)
    kinds: list[str | None] = []
    for n in range(bad):
        kinds.append(ways[n % len(ways)])
        kinds += [None] * ((n + 1) * clean // bad - n * clean // bad)
    return [Trial(first + n, way) for n, way in enumerate(kinds)]


def judged(lake: Lake, landing: Path, county: County, chosen: Sequence[Trial], settings: Settings) -> list[Outcome]:
    """What becomes of the batches: one load brings all of them, the gate then sees each beside the history alone."""
    batches = {trial: trial.batch(county) for trial in chosen}
    history = dict(county.history())
    for batch_id, batch in history.items():
        batch.write(landing / batch_id)
    outcomes = [Outcome(trial, FILE) for trial, new in batches.items() if not _lands(trial, new, landing)]
    ingest(lake, landing, "clear", None)
    loaded = [trial for trial in chosen if trial not in {outcome.trial for outcome in outcomes}]
    held = {
        name: lake.read(table).toArrow() for name, table in (SOURCE_TABLES | {t.name: t for t in (BATCH_FILE, REJECTS)}).items()
    }
    measures: list[Measure] = []
    aside: Counter[tuple[str, str]] = Counter(
        (row["batch_id"], row["table_name"]) for row in held[REJECTS.name].select(["batch_id", "table_name"]).to_pylist()
    )
    for trial in loaded:
        found, rows = _measured(_alone(held, [*history, trial.mark]), trial.mark, settings)
        measures += found
        aside.update((row["batch_id"], row["table_name"]) for row in rows.to_pylist())
    refusals = _refusals(lake, measures, settings)
    for trial in loaded:
        sizes = {name: len(rows) for name, rows in batches[trial].tables.items()}
        is_aside = any(aside[trial.mark, name] >= HALF * rows for name, rows in sizes.items() if rows)
        checks = tuple(refusals.get(trial.mark, ()))
        outcomes.append(Outcome(trial, GATE if checks else ROWS_ASIDE if is_aside else PASSED, checks))
    return outcomes


def _lands(trial: Trial, new: Batch, landing: Path) -> bool:
    """Whether every file of the batch can be decoded; one that cannot would refuse the whole night, and does not stay."""
    alone = landing.parent / "alone"
    shutil.rmtree(alone, ignore_errors=True)
    new.write(alone / trial.mark)
    try:
        for file in find_files(alone).files:
            stage(file, alone / "staged", pseudonymiser("clear", None))
    except BadInput:
        return False
    shutil.move(alone / trial.mark, landing / trial.mark)
    return True


def _alone(held: Mapping[str, pa.Table], batch_ids: Sequence[str]) -> dict[str, pa.Table]:
    """The rows of these batches alone."""
    wanted = pa.array(batch_ids)
    return {name: rows.filter(pc.is_in(rows["batch_id"], value_set=wanted)) for name, rows in held.items()}


def _measured(held: Mapping[str, pa.Table], mark: str, settings: Settings) -> tuple[list[Measure], pa.Table]:
    """What the gate counts of the batch, and the rows that it sets aside; nothing of another batch under trial is there."""
    files = held[BATCH_FILE.name].filter(pc.equal(held[BATCH_FILE.name]["batch_id"], mark))
    tables = {name: frozenset({mark}) for name in files["table_name"].to_pylist()}
    new = Pending({mark: ""}, tables, REJECTS.arrow_schema().empty_table(), frozenset())
    suites = [suite for name, suite in SOURCE_SUITES.items() if name in tables or name == BATCH_FILE.name]
    present = set(held[BATCH_FILE.name].filter(pc.greater(held[BATCH_FILE.name]["rows_kept"], 0))["table_name"].to_pylist())
    engine = DuckEngine()
    try:
        _register(engine, held, files, new)
        found = measured(engine, suites, places(settings, DAY, present), {**tables, BATCH_FILE.name: [mark]})
        return found, set_aside(engine, suites)
    finally:
        engine.close()


def _register(engine: DuckEngine, held: Mapping[str, pa.Table], files: pa.Table, new: Pending) -> None:
    engine.register("returned", new.returned)
    engine.register("new_batch_file", files)
    engine.register("all_rejects", held[REJECTS.name])
    engine.view("set_aside", f"SELECT * FROM all_rejects WHERE {IS_ORPHAN}")
    (mark,) = new.batches
    engine.view(
        "new_reject",
        f"SELECT batch_id, file, line_no, {IS_ORPHAN} AS is_orphan FROM all_rejects "
        f"WHERE batch_id = '{mark}' AND NOT {IS_QUARANTINED}",
    )
    for name, table in SOURCE_TABLES.items():
        engine.register(f"stored_{name}", held[name])
        rows_in_force(engine, table, name, table.names)
        new_rows(engine, table, new)
    engine.register("stored_column", stored_columns(new, {name: held[name].column_names for name in new.tables}))
    register_national(engine)


def _refusals(lake: Lake, measures: list[Measure], settings: Settings) -> Mapping[str, list[str]]:
    """By batch the checks that refuse it."""
    by_table = sorted(measures, key=lambda measure: measure.table)
    refusals: dict[str, list[str]] = {}
    for verdict in verdicts(by_table, limits(settings), (), GreatExpectations(lake.spark).validate):
        if verdict.refuses:
            refusals.setdefault(verdict.measure.part, []).append(f"{verdict.measure.table}.{verdict.measure.check.id}")
    return refusals
