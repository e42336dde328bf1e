"""The bills job: current source rows become net lines, visits and settlements with everything a rule asks of them."""

from __future__ import annotations

import logging
from pathlib import Path

from pyspark.sql import DataFrame

from jobs.engine import engine_of
from jobs.relations import duckdb_sources, region_of, spark_sources
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BILL_LINE, BILL_SETTLEMENT, BILL_VISIT, CODE_DICT, FEE_LIST_D, SOURCE_TABLES
from rules.bills.bill_line import LINE_STATEMENTS
from rules.bills.dictionary import dictionary_statements
from rules.bills.facts import fact_statements
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


def build_bills(lake: Lake, settings: Settings) -> None:
    """Rebuilds the dictionary and the bills from the current source rows, on the engine that will judge them."""
    with engine_of("bills", lake, settings, lake.read(FEE_LIST_D).count()) as (engine, scratch):
        if isinstance(engine, DuckEngine):
            duckdb_sources(lake, engine, SOURCE_TABLES)
            engine.register("known_code", lake.read(CODE_DICT).toArrow())
        else:
            spark_sources(lake, engine, SOURCE_TABLES)
            engine.register("known_code", lake.read(CODE_DICT))
        _build(lake, region_of(settings), engine, scratch)


def _build(lake: Lake, region: Region, engine: DuckEngine | SparkEngine, scratch: Path) -> None:
    run(engine, dictionary_statements())
    lake.replace_changed(CODE_DICT, _frame(lake, engine, "code_dict", scratch))
    engine.register("code_dict", lake.read(CODE_DICT).toArrow())
    run(engine, [*fact_statements(region.med_class, region.hosp_rank, region.inpatient_prefixes), *LINE_STATEMENTS])
    for table, relation in WRITTEN:
        rows = lake.replace_all(table, _frame(lake, engine, relation, scratch))
        log.info("bills: %s rows in %s", f"{rows:,}", table.name)


def _frame(lake: Lake, engine: DuckEngine | SparkEngine, relation: str, scratch: Path) -> DataFrame:
    if isinstance(engine, SparkEngine):
        return engine.frame(relation)
    path = scratch / f"{relation}.parquet"
    engine.write(relation, path)
    return lake.spark.read.parquet(str(path))
