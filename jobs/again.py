"""The audit of a night that touched some persons only: the same findings as a whole audit, from a part of the bills."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import reduce
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.audit import RuleBase, audit_engine, find_hits, guard_of, make_findings, prepare, write_tasks
from jobs.bills import Rebuilt
from jobs.relations import (
    BESIDE_BILLS,
    BILLS,
    bill_relations,
    in_months,
    kept_frame,
    present_tables,
    register_stored,
    source_relations,
)
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BILL_LINE, CODE_DICT, FINDING, FINDING_DETL
from lake.tables.schema import Table
from rules.again import AGAIN_STATEMENTS, needs_everyone
from rules.book.compile import compile_rules
from rules.engines import run
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine
from rules.guard import candidate_counts
from rules.judge import JudgedMonth, context

log = logging.getLogger(__name__)

FOUND = {"finding": FINDING, "finding_detl": FINDING_DETL}
Found = dict[str, DataFrame]


def audit_again(
    lake: Lake, settings: Settings, base: RuleBase, months: Sequence[JudgedMonth], history_from: date, rebuilt: Rebuilt
) -> list[str] | None:
    """Judges the persons of ``rebuilt`` by all rules and everyone by the rules that look further; replaces what moved.

    Returns the months whose findings moved. ``months`` were judged before by this rule base under the same settings, with
    nothing held back. None, and nothing is written, where a guard would hold a type back now: then all has to be judged.
    """
    present = present_tables(lake)
    places = context(history_from, present)
    further = needs_everyone(base.rules)
    with _scratch(settings) as scratch:
        with audit_engine(lake, settings, lake.read(BILL_LINE).count()) as engine:
            bill_relations(lake, engine)
            prepare(settings, months, engine)
            compiled = compile_rules(base.rules, engine.arrow("code_dict"), present)
            lines, candidates = candidate_counts(engine, compiled)
            limits = guard_of(settings)
            if limits.too_many_candidates(lines, candidates):
                return None
            everyone, alone = _parted(compiled, further)
            parts = [_found(lake, settings, engine, everyone, places, base, scratch / "everyone")]
        with audit_engine(lake, settings, _lines_of(lake, rebuilt)) as engine:
            _touched_relations(lake, engine, rebuilt)
            prepare(settings, months, engine)
            parts.append(_found(lake, settings, engine, alone, places, base, scratch / "touched"))
            touched = [engine.arrow(name) for name in ("touched_person", "touched_visit")]
        before = {name: lake.read(table, lake.version(table)).where(_in(table, months)) for name, table in FOUND.items()}
        after = _merged(lake, before, parts, further, touched)
        flagged = _flagged(after)
        if limits.too_many_flagged(lines, flagged):
            return None
        moved = sorted({month for name in FOUND for month in _moved(FOUND[name], before[name], after[name])})
        for name, table in FOUND.items() if moved else ():
            rows = lake.replace(table, after[name].where(F.col("found_for").isin(moved)), in_months(table, moved))
            log.info("audit: %s rows in %s of %d months", f"{rows:,}", table.name, len(moved))
    write_tasks(lake, settings, base, months, history_from)
    return moved


def _in(table: Table, months: Sequence[JudgedMonth]) -> str:
    return in_months(table, [month.month for month in months])


def _parted(compiled: Mapping[str, pa.Table], further: set[tuple[str, str]]) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """The compiled relations of the rules in ``further``, and those of all others."""
    meta = compiled["rule_meta"]
    named = zip(meta["rule_type_id"].to_pylist(), meta["rule_id"].to_pylist(), strict=True)
    is_further = pa.array([name in further for name in named], pa.bool_())
    keys = [meta.filter(mask)["rule_key"] for mask in (is_further, pc.invert(is_further))]
    everyone, alone = ({name: rows.filter(pc.is_in(rows["rule_key"], own)) for name, rows in compiled.items()} for own in keys)
    return everyone, alone


def _found(
    lake: Lake, settings: Settings, engine: DuckEngine | SparkEngine, compiled: Mapping[str, pa.Table], places: Mapping[str, str],
    base: RuleBase, folder: Path,
) -> Found:  # fmt: skip
    """What the rules find in the engine's bills, kept in files beyond the engine."""
    find_hits(engine, compiled, places, settings.guard.shape_seconds)
    make_findings(engine, compiled, base.rulebook_ver)
    return {name: table.conform(kept_frame(lake, engine, name, folder)) for name, table in FOUND.items()}


def _touched_relations(lake: Lake, engine: DuckEngine | SparkEngine, rebuilt: Rebuilt) -> None:
    """Registers the bills of the persons of ``rebuilt``, and the source rows of their visits."""
    for name, table in BILLS.items():
        register_stored(lake, engine, name if table == CODE_DICT else f"every_{name}", table)
    engine.register("changed_person", rebuilt.persons)
    run(engine, AGAIN_STATEMENTS, kept=("touched_visit", "line", "visit", "settlement"))
    source_relations(lake, engine, BESIDE_BILLS, touched=True)


def _lines_of(lake: Lake, rebuilt: Rebuilt) -> int:
    """About so many lines are theirs: the mean of all, for the choice of the engine."""
    persons = lake.read(BILL_LINE).select("psn_no").distinct().count()
    return lake.read(BILL_LINE).count() * rebuilt.persons.num_rows // max(persons, 1)


def _merged(
    lake: Lake, before: Found, parts: Sequence[Found], further: set[tuple[str, str]], touched: Sequence[pa.Table]
) -> Found:
    """The findings that neither part had to judge, and those that the parts found."""
    rules = lake.spark.createDataFrame(sorted(further), "rule_type_id string, rule_id string")
    kept = before["finding"].join(F.broadcast(rules), on=["rule_type_id", "rule_id"], how="left_anti")
    for keys in touched:
        kept = kept.join(F.broadcast(lake.spark.createDataFrame(keys)), on=keys.column_names[0], how="left_anti")
    kept_detl = before["finding_detl"].join(kept.select("jr_id", "found_for"), on=["jr_id", "found_for"], how="left_semi")
    staying = {"finding": FINDING.conform(kept), "finding_detl": FINDING_DETL.conform(kept_detl)}
    return {
        name: reduce(DataFrame.unionByName, [staying[name], *(part[name] for part in parts)]).localCheckpoint() for name in FOUND
    }


def _flagged(found: Found) -> dict[str, int]:
    """The lines and visits at fault under each rule type, as the guards count them."""
    at_fault = found["finding_detl"].where("vola_item_type = 1").join(found["finding"], on=["jr_id", "found_for"])
    counted = at_fault.groupBy("rule_type_id").agg(
        F.countDistinct(found["finding_detl"]["mdtrt_id"], "feedetl_sn").alias("flagged")
    )
    return {row.rule_type_id: row.flagged for row in counted.collect()}


def _moved(table: Table, before: DataFrame, after: DataFrame) -> list[str]:
    """The months in which the rows differ."""
    row = F.xxhash64(*table.names, *[F.col(name).isNull() for name in table.names])
    prints = [
        frame.groupBy("found_for").agg(
            F.count(F.lit(1)).alias("rows"), F.bit_xor(row).alias("bits"), F.sum(row.cast("decimal(20,0)")).alias("total")
        )
        for frame in (before, after)
    ]
    differing = prints[0].exceptAll(prints[1]).unionByName(prints[1].exceptAll(prints[0]))
    return [row.found_for for row in differing.select("found_for").distinct().collect()]


@contextmanager
def _scratch(settings: Settings) -> Iterator[Path]:
    """An empty folder for what both parts found."""
    folder = settings.spark.scratch() / f"again-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
