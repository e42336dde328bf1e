"""The bills job: current source rows become net lines, visits and settlements with everything a rule asks of them."""

from __future__ import annotations

import logging
import os

from jobs.relations import region_of, source_frames
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BILL_LINE, BILL_SETTLEMENT, BILL_VISIT, CODE_DICT, SOURCE_TABLES
from rules.bills.bill_line import LINE_STATEMENTS
from rules.bills.dictionary import dictionary_statements
from rules.bills.facts import fact_statements
from rules.engines import run
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
    """Rebuilds the dictionary and the bills from the current source rows."""
    engine = SparkEngine(lake.spark, settings.spark.scratch() / f"bills-{os.getpid()}")
    try:
        _build(lake, region_of(settings), engine)
    finally:
        engine.close()


def _build(lake: Lake, region: Region, engine: SparkEngine) -> None:
    for name, frame in source_frames(lake, SOURCE_TABLES).items():
        engine.register(name, frame)
    engine.register("known_code", lake.read(CODE_DICT))
    run(engine, dictionary_statements())
    lake.replace_changed(CODE_DICT, engine.frame("code_dict"))
    engine.register("code_dict", lake.read(CODE_DICT))
    run(engine, [*fact_statements(region.med_class, region.hosp_rank, region.inpatient_prefixes), *LINE_STATEMENTS])
    for table, relation in WRITTEN:
        rows = lake.replace_all(table, engine.frame(relation))
        log.info("bills: %s rows in %s", f"{rows:,}", table.name)
