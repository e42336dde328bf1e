"""The bills job: current source rows become net lines, visits and settlements with everything a rule asks of them."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.changes import Changes
from jobs.relations import chosen_engine, in_months, region_of, register_stored, source_relations
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BILL_LINE, BILL_SETTLEMENT, BILL_VISIT, CODE_DICT, FEE_LIST_D, SETL_D, SOURCE_TABLES
from rules.bills.bill_line import LINE_STATEMENTS
from rules.bills.dictionary import dictionary_statements
from rules.bills.facts import fact_statements
from rules.bills.touched import TOUCHED_STATEMENTS
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
    """``visits`` (mdtrt_id): those whose bills were made anew; ``persons`` (psn_no): all that these bills name or named."""

    visits: pa.Table
    persons: pa.Table


def build_bills(lake: Lake, settings: Settings) -> None:
    """Rebuilds the dictionary and the bills from the current source rows, on the engine that will judge them."""
    with _engine(lake, settings) as (engine, scratch):
        source_relations(lake, engine, SOURCE_TABLES)
        _make(lake, region_of(settings), engine, scratch)
        for table, relation in WRITTEN:
            rows = lake.replace_all(table, _frame(lake, engine, relation, scratch))
            log.info("bills: %s rows in %s", f"{rows:,}", table.name)


def rebuild_bills(lake: Lake, settings: Settings, changes: Changes) -> Rebuilt:
    """As ``build_bills``, for the visits that ``changes`` can reach; the other bills of their months are kept as they are."""
    with _engine(lake, settings) as (engine, scratch):
        engine.register("changed_visit", changes.visits)
        engine.register("changed_person", changes.persons)
        register_stored(lake, engine, "every_setl_d", SETL_D)
        register_stored(lake, engine, "every_fee_list_d", FEE_LIST_D)
        run(engine, TOUCHED_STATEMENTS)
        visits = engine.arrow("touched_visit")
        source_relations(lake, engine, SOURCE_TABLES, touched=True)
        _make(lake, region_of(settings), engine, scratch)
        touched = F.broadcast(lake.spark.createDataFrame(visits))
        named = [lake.spark.createDataFrame(changes.persons)]
        for table, relation in WRITTEN:
            before, now = lake.read(table), _frame(lake, engine, relation, scratch)
            replaced = before.join(touched, on="mdtrt_id", how="left_semi")
            named.append(replaced.select("psn_no").unionByName(now.select("psn_no")).distinct().localCheckpoint())
            months = [row.month for row in replaced.select("month").union(now.select("month")).distinct().collect()]
            if months:
                staying = before.where(F.col("month").isin(months)).join(touched, on="mdtrt_id", how="left_anti")
                rows = lake.replace(table, staying.unionByName(now.select(*staying.columns)), in_months(table, months))
                log.info("bills: %s rows in %d months of %s", f"{rows:,}", len(months), table.name)
        persons = reduce(DataFrame.unionByName, named).where("psn_no IS NOT NULL").distinct().toArrow()
        return Rebuilt(visits, persons)


@contextmanager
def _engine(lake: Lake, settings: Settings) -> Iterator[tuple[DuckEngine | SparkEngine, Path]]:
    """The engine of the bills with an empty scratch folder; both go afterwards."""
    scratch = settings.spark.scratch() / f"bills-{os.getpid()}"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    engine = chosen_engine(lake, settings, lake.read(FEE_LIST_D).count(), scratch)
    try:
        yield engine, scratch
    finally:
        engine.close()
        shutil.rmtree(scratch, ignore_errors=True)


def _make(lake: Lake, region: Region, engine: DuckEngine | SparkEngine, scratch: Path) -> None:
    """Makes the relations of ``WRITTEN`` from the registered source rows, and writes the dictionary."""
    engine.register("known_code", lake.read(CODE_DICT).toArrow())
    run(engine, dictionary_statements())
    lake.replace_changed(CODE_DICT, _frame(lake, engine, "code_dict", scratch))
    engine.register("code_dict", lake.read(CODE_DICT).toArrow())
    run(engine, [*fact_statements(region.med_class, region.hosp_rank, region.inpatient_prefixes), *LINE_STATEMENTS])


def _frame(lake: Lake, engine: DuckEngine | SparkEngine, relation: str, scratch: Path) -> DataFrame:
    if isinstance(engine, SparkEngine):
        return engine.frame(relation)
    path = scratch / f"{relation}.parquet"
    engine.write(relation, path)
    return lake.spark.read.parquet(str(path))
