"""The bills job: current source rows become net lines, visits and settlements with everything a rule asks of them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.changes import Changes
from jobs.engine import engine_of
from jobs.relations import BILLS, engine_frame, in_months, region_of, register_stored, source_relations
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BILL_LINE, BILL_SETTLEMENT, BILL_VISIT, CODE_DICT, FEE_LIST_D, SETL_D, SOURCE_TABLES
from rules.bills.bill_line import LINE_STATEMENTS
from rules.bills.dictionary import dictionary_statements
from rules.bills.facts import fact_statements
from rules.bills.touched import AFFECTED_STATEMENTS, REBUILT_STATEMENT, REPLACED_STATEMENT, TOUCHED_STATEMENTS
from rules.engines import run
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine
from rules.judge import Region

log = logging.getLogger(__name__)

# The dictionary is written before the bills read it: its keys must not change under them.
WRITTEN = (
    (BILL_LINE, "bill_line"),
    (BILL_VISIT, "bill_visit"),
    (BILL_SETTLEMENT, "settlement_fact"),
)


@dataclass(frozen=True)
class Rebuilt:
    """``visits`` (mdtrt_id): those whose bills were made anew; ``persons`` (psn_no, '' where nobody is named) and ``months``:
    all that these bills name or named."""

    visits: pa.Table
    persons: pa.Table
    months: list[str]


def build_bills(lake: Lake, settings: Settings) -> None:
    """Rebuilds the dictionary and the bills from the current source rows, on the engine that will judge them."""
    with engine_of("bills", lake, settings, lake.rows(FEE_LIST_D)) as (engine, scratch):
        source_relations(lake, engine, SOURCE_TABLES)
        _make(lake, region_of(settings), engine, scratch)
        for table, relation in WRITTEN:
            rows = lake.replace_all(table, engine_frame(lake, engine, relation, scratch))
            log.info("bills: %s rows in %s", f"{rows:,}", table.name)


def rebuild_bills(lake: Lake, settings: Settings, changes: Changes) -> Rebuilt:
    """As ``build_bills``, for the visits that ``changes`` can reach; the other bills of their months are kept as they are."""
    with engine_of("bills", lake, settings, lake.rows(FEE_LIST_D)) as (engine, scratch):
        engine.register("changed_visit", changes.visits)
        engine.register("changed_person", changes.persons)
        for table in (SETL_D, FEE_LIST_D):
            register_stored(lake, engine, f"every_{table.name}", table)
        for name in ("line", "visit", "settlement"):
            register_stored(lake, engine, f"every_{name}", BILLS[name])
        run(engine, [*TOUCHED_STATEMENTS, REPLACED_STATEMENT], kept=("touched_visit", "replaced_bill"))
        source_relations(lake, engine, SOURCE_TABLES, touched=True)
        _make(lake, region_of(settings), engine, scratch)
        run(engine, [REBUILT_STATEMENT, *AFFECTED_STATEMENTS], kept=("rebuilt_bill", "affected_person", "affected_month"))
        visits, persons = engine.arrow("touched_visit"), engine.arrow("affected_person")
        months = sorted(engine.arrow("affected_month")["month"].to_pylist())
        touched = F.broadcast(lake.spark.createDataFrame(visits))  # as many as a night brings
        for table, relation in WRITTEN if months else ():
            staying = lake.read(table).where(in_months(table, months)).join(touched, on="mdtrt_id", how="left_anti")
            anew = table.conform(engine_frame(lake, engine, relation, scratch))
            rows = lake.replace(table, staying.select(*table.names).unionByName(anew), in_months(table, months))
            log.info("bills: %s rows in %d months of %s", f"{rows:,}", len(months), table.name)
        return Rebuilt(visits, persons, months)


def _make(lake: Lake, region: Region, engine: DuckEngine | SparkEngine, scratch: Path) -> None:
    """Makes the relations of ``WRITTEN`` from the registered source rows, and writes the dictionary."""
    engine.register("known_code", lake.read(CODE_DICT).toArrow())
    run(engine, dictionary_statements())
    lake.replace_changed(CODE_DICT, engine_frame(lake, engine, "code_dict", scratch))
    engine.register("code_dict", lake.read(CODE_DICT).toArrow())
    run(engine, [*fact_statements(region.med_class, region.hosp_rank, region.inpatient_prefixes), *LINE_STATEMENTS])
