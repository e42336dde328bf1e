"""Bills and registers as each month knew them, as relations of an engine (rules/bills/known.py, docs/decisions/0122)."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from jobs.ingest.reasons import IS_STORED
from jobs.relations import in_months, region_of, register_stored, source_relations
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BATCH_FILE, BILL_LINE, BILL_VISIT, CODE_DICT, FIXMEDINS_D, INVENTORY_D, PRAC_PSN_D, REJECTS
from rules.bills.bill_line import LINE_STATEMENTS
from rules.bills.facts import fact_statements
from rules.bills.known import (
    KNOWN_TABLES,
    RESTRICTED_LINE,
    as_known_statement,
    known_statements,
)
from rules.bills.known_registers import doctor_person_statement, register_statement
from rules.engines import run
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine
from rules.judge import Region

# What is read once more, or is small and would be planned again by each of its readers.
KEPT = ("batch_month", "first_settled", "first_visit", "settled_row", "late_visit", "late_month", "bill_line", "bill_visit")
STOCK = ("fixmedins_code", "med_list_codg", "buy_cnt", "buy_net_cnt")


def register_known(lake: Lake, engine: DuckEngine | SparkEngine, settings: Settings, months: Sequence[str]) -> None:
    """Registers ``line`` and ``visit`` of the months, ``restricted_line``, and by month of ``asked`` ``institution``,
    ``inventory`` and ``doctor_person``: all as the month knew them."""
    for table in (*KNOWN_TABLES, FIXMEDINS_D, INVENTORY_D, PRAC_PSN_D):
        register_stored(lake, engine, f"every_{table.name}", table)
    for name, table in (("line", BILL_LINE), ("visit", BILL_VISIT)):
        register_stored(lake, engine, f"every_{name}", table, in_months(table, months))
    source_relations(lake, engine, ("psn_d", "fixmedins_d"))
    engine.register("code_dict", lake.read(CODE_DICT).toArrow())
    engine.register("set_aside", lake.read(REJECTS).where(IS_STORED).toArrow())
    engine.register("loaded_batch", lake.read(BATCH_FILE).select("batch_id").distinct().toArrow())
    engine.register("wanted_month", pa.table({"month": list(months)}))
    known_relations(engine, region_of(settings))


def known_relations(engine: DuckEngine | SparkEngine, region: Region) -> None:
    """Makes these relations from the stored rows that are registered."""
    facts = fact_statements(region.med_class, region.hosp_rank, region.inpatient_prefixes)
    run(engine, [*known_statements(), *facts, *LINE_STATEMENTS, ("restricted_line", RESTRICTED_LINE)], kept=KEPT)
    # Views: the lines of a window are many, and most of them stand as they are stored.
    engine.view(*as_known_statement("line", "bill_line", BILL_LINE))
    engine.view(*as_known_statement("visit", "bill_visit", BILL_VISIT))
    beds = register_statement("institution", FIXMEDINS_D, ("fixmedins_code", "aprv_bed_cnt"))
    stock = register_statement("inventory", INVENTORY_D, STOCK, month="ym")
    run(engine, [beds, stock, doctor_person_statement("doctor_person")], kept=("doctor_person",))
