"""`python -m benchmarks.corruption`: batches gone wrong in 25 ways, and clean ones, before the gate. BAD=300 CLEAN=100.

Each batch is of a tiny county of its own, so that many lie in one lake and are loaded and judged in one pass; each
has a verdict of its own all the same. Beside it a plain suite of Great Expectations sees the same files.
"""

from __future__ import annotations

import csv
import logging
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.__main__ import OUT, machine
from expectations.great import GreatExpectations
from expectations.verdict import verdicts
from jobs.gate.pending import pending
from jobs.gate.places import limits
from jobs.gate.sources import measure_sources
from jobs.ingest import ingest
from jobs.settings import Settings, load_settings
from jobs.spark import open_lake
from lake.errors import BadInput
from lake.landing.folders import find_files
from lake.landing.identity import pseudonymiser
from lake.landing.stage import stage
from lake.publications import last, publish
from lake.store import Lake
from lake.tables import REJECTS
from synth.corruption.clean import BATCH_DAYS, FIRST_DAY, HISTORY_DAYS, Batch, catalogue, county
from synth.corruption.ways import WAYS, corrupted

BAD, CLEAN = int(os.environ.get("BAD", "300")), int(os.environ.get("CLEAN", "100"))
TOGETHER = 50  # batches in one lake
DAY = FIRST_DAY + timedelta(days=HISTORY_DAYS + BATCH_DAYS)
# A week of a tiny county has some 300 settlements, and of a batch gone wrong a tenth may be left: shares bind from 30 rows on.
SMALL = ("identity.mode=clear", "gate.min_rows=30", "gate.volume.least=50", "spark.master=local[2]", "spark.driver_memory=2g")
HALF = 0.5  # of a table's rows: set aside, they are a batch that was caught

log = logging.getLogger("benchmarks")


@dataclass(frozen=True)
class Trial:
    """A batch: which county, and the way in which it went wrong; None: it is clean."""

    seed: int
    way: str | None

    @property
    def mark(self) -> str:
        return f"c{self.seed:04d}"


@dataclass(frozen=True)
class Outcome:
    """What became of a batch: ``by`` file, gate, rejects, or empty if it passed; the checks that refused it."""

    trial: Trial
    by: str
    checks: tuple[str, ...] = ()


def trials(bad: int, clean: int, first_seed: int = 1) -> list[Trial]:
    """So many batches gone wrong, the ways in turn, and so many clean ones."""
    ways = list(WAYS)
    chosen: list[str | None] = [ways[n % len(ways)] for n in range(bad)]
    return [Trial(first_seed + n, way) for n, way in enumerate([*chosen, *[None] * clean])]


def judged(lake: Lake, landing: Path, chosen: Sequence[Trial], settings: Settings) -> list[Outcome]:
    """Lands, loads and gates the batches over the history of their counties."""
    batches = {trial: landed_batches(trial) for trial in chosen}
    _merged([history for history, _ in batches.values()]).write(landing / "a-history")
    ingest(lake, landing, "clear", None)
    publish(lake, DAY, "2025-02", [], "none", settings.publication_digest())
    outcomes = [Outcome(trial, "file") for trial, (_, new) in batches.items() if not _lands(trial, new, landing)]
    ingest(lake, landing, "clear", None)
    refusals, aside = _gated(lake, settings)
    sizes = {trial.mark: {name: len(rows) for name, rows in new.tables.items()} for trial, (_, new) in batches.items()}
    for trial in chosen:
        if any(outcome.trial == trial for outcome in outcomes):
            continue
        checks = refusals.get(trial.mark, ())
        is_aside = any(aside[trial.mark, name] >= HALF * rows for name, rows in sizes[trial.mark].items() if rows)
        outcomes.append(Outcome(trial, "gate" if checks else "rejects" if is_aside else "", tuple(checks)))
    return outcomes


def landed_batches(trial: Trial) -> tuple[Batch, Batch]:
    """History and new batch of the trial's county."""
    history, new = county(trial.mark, trial.seed)
    return history, new if trial.way is None else corrupted(new, trial.way, trial.seed)


def _merged(histories: Iterable[Batch]) -> Batch:
    """All histories as one batch, with the catalogue of all counties."""
    tables: dict[str, list[dict[str, str]]] = {"catalog_d": catalogue()}
    for history in histories:
        for name, rows in history.tables.items():
            tables.setdefault(name, []).extend(rows)
    return Batch(tables)


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


def _gated(lake: Lake, settings: Settings) -> tuple[Mapping[str, list[str]], Counter[tuple[str, str]]]:
    """By batch the checks that refuse it, and by batch and table the rows set aside."""
    published = last(lake)
    found = measure_sources(lake, settings, DAY, pending(lake, published), published)
    refusals: dict[str, list[str]] = {}
    for verdict in verdicts(found.measures, limits(settings), (), GreatExpectations(lake.spark).validate):
        if verdict.refuses:
            refusals.setdefault(verdict.measure.part, []).append(f"{verdict.measure.table}.{verdict.measure.check.id}")
    aside = Counter((row["batch_id"], row["table_name"]) for row in found.aside.to_pylist())
    for row in lake.read(REJECTS).groupBy("batch_id", "table_name").count().collect():
        aside[row.batch_id, row.table_name] += row["count"]
    return refusals, aside


def plain_refuses(new: Batch, folder: Path) -> bool:
    """Whether a plain suite over the batch's lines and settlements, as the library's handbook has it, finds anything."""
    shutil.rmtree(folder, ignore_errors=True)
    new.write(folder)
    try:
        frames = {name: _frame(folder / f"{name}.csv") for name in ("fee_list_d", "setl_d") if (folder / f"{name}.csv").is_file()}
    except UnicodeDecodeError:
        return True
    return any(not _validated(frame, list(_expectations(name))) for name, frame in frames.items())


GAPS = {
    "fee_list_d": {
        "product": ("cnt*pric", "det_item_fee_sumamt"),
        "parts": ("fulamt_ownpay_amt+overlmt_amt+preselfpay_amt+inscp_scp_amt", "det_item_fee_sumamt"),
    },
    "setl_d": {"total": ("fund_pay_sumamt+psn_part_amt", "medfee_sumamt")},
}
NUMBERS = {
    "fee_list_d": ("cnt", "pric", "det_item_fee_sumamt", "fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt"),
    "setl_d": ("medfee_sumamt", "fund_pay_sumamt", "psn_part_amt", "inscp_scp_amt"),
}
DATES = {"fee_list_d": ("fee_ocur_time",), "setl_d": ("setl_time", "brdy")}


def _frame(path: Path) -> pd.DataFrame:
    """The file as a data frame, with numbers and dates typed where they can be."""
    with path.open(encoding="utf-8", newline="") as file:
        frame = pd.DataFrame(list(csv.DictReader(file)))
    for name in NUMBERS[path.stem]:
        frame[name] = pd.to_numeric(frame[name], errors="coerce")
    for name in DATES[path.stem]:
        frame[name] = pd.to_datetime(frame[name], errors="coerce")
    for gap, (parts, whole) in GAPS[path.stem].items():
        frame[gap] = (frame.eval(parts) - frame[whole]).abs()
    return frame


def _expectations(table: str) -> Iterator[Any]:
    from great_expectations import expectations as gxe

    yield from (gxe.ExpectColumnValuesToNotBeNull(column=name) for name in (*NUMBERS[table], *DATES[table]))
    yield from (gxe.ExpectColumnValuesToBeBetween(column=gap, max_value=0.05) for gap in GAPS[table])
    if table == "setl_d":
        yield gxe.ExpectColumnValuesToBeInSet(column="gend", value_set=["1", "2"])
        yield gxe.ExpectColumnValuesToBeUnique(column="setl_id")
    else:
        yield gxe.ExpectColumnValuesToBeBetween(column="det_item_fee_sumamt", min_value=0)
        yield gxe.ExpectColumnValuesToBeInSet(column="list_type", value_set=["101", "102", "103", "201", "301"])
        yield gxe.ExpectCompoundColumnsToBeUnique(column_list=["mdtrt_id", "feedetl_sn"])


def _validated(frame: pd.DataFrame, expectations: list[Any]) -> bool:
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("plain").add_dataframe_asset("rows")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch(batch_parameters={"dataframe": frame})
    result = batch.validate(gx.ExpectationSuite(name="plain", expectations=expectations), result_format="BOOLEAN_ONLY")
    return bool(result.success)


def main() -> None:
    """Judges all of them, a lake at a time, and writes benchmarks/corruption.md."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    folder = OUT / "corruption"
    settings = load_settings([*SMALL, f"spark.local_dir={OUT / 'scratch'}"], environment={})
    chosen = trials(BAD, CLEAN)
    outcomes: list[Outcome] = []
    for first in range(0, len(chosen), TOGETHER):
        shutil.rmtree(folder, ignore_errors=True)
        part = chosen[first : first + TOGETHER]
        outcomes += judged(open_lake(folder / "lake", settings), folder / "landing", part, settings)
        print(f"{len(outcomes)} of {len(chosen)} batches judged", flush=True)
    plain = {trial: plain_refuses(landed_batches(trial)[1], folder / "plain") for trial in chosen}
    shutil.rmtree(folder)
    text = report(outcomes, plain)
    Path(__file__).with_name("corruption.md").write_text(text, encoding="utf-8")
    print(text)


def report(outcomes: Sequence[Outcome], plain: Mapping[Trial, bool]) -> str:
    """The figures: in all, then by way."""
    lines = [
        "# Batches gone wrong before the gate", "", f"Written by `python -m benchmarks.corruption` on {machine()}.", "",
        "A batch is caught if the gate refuses it, a file of it cannot be decoded, or half of a table's rows are set aside.", "",
        "| | batches | fundguard | plain Great Expectations |", "|---|---:|---:|---:|",
    ]  # fmt: skip
    groups = {
        "gone wrong, caught": [o for o in outcomes if o.trial.way],
        "clean, refused": [o for o in outcomes if not o.trial.way],
    }
    groups |= {f"· {way}": [o for o in outcomes if o.trial.way == way] for way in WAYS}
    for name, of in groups.items():
        ours, theirs = sum(bool(o.by) for o in of), sum(plain[o.trial] for o in of)
        lines.append(f"| {name} | {len(of)} | {ours} | {theirs} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
