"""The product suites over bills, findings and cases as they would be published."""

from __future__ import annotations

from datetime import date

from expectations.metrics import Measure, with_consequences
from expectations.suites import PRODUCT_SUITES
from jobs.engine import engine_of
from jobs.gate.measured import measured
from jobs.gate.places import places
from jobs.relations import register_table
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BILL_LINE, BILL_SETTLEMENT, CASE_LIST, FEATURE_TABLES, FINDING, FINDING_DETL
from rules.engines.duck import DuckEngine

READ = (BILL_LINE, BILL_SETTLEMENT, FINDING, FINDING_DETL, CASE_LIST, *FEATURE_TABLES.values())


def measure_products(lake: Lake, settings: Settings, business_date: date) -> list[Measure]:
    """What the product suites say of the newest tables, month by month; a product may be empty."""
    suites = [with_consequences(suite, settings.gate.consequence) for suite in PRODUCT_SUITES.values()]
    with engine_of("gate", lake, settings, lake.rows(BILL_LINE)) as (engine, _):
        for table in READ:
            if isinstance(engine, DuckEngine):
                register_table(engine, table.name, lake, table)
            else:
                engine.register(table.name, lake.read(table))
        return measured(engine, suites, places(settings, business_date, ()), {})
