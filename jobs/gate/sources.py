"""The source suites over what is pending: measures, rows to be set aside, and what that withholds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from expectations.impact import STATEMENTS, Impact, expected_findings
from expectations.metrics import Measure, with_consequences
from expectations.suites import SOURCE_SUITES
from jobs.engine import engine_of
from jobs.gate.measured import measured, set_aside
from jobs.gate.pending import Pending
from jobs.gate.places import places
from jobs.gate.source_relations import register_sources
from jobs.settings import Settings
from lake.publications import Publication, read_published
from lake.store import Lake
from lake.tables import BATCH_FILE, BILL_LINE, FEE_LIST_D, FINDING
from rules.engines import run
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine


@dataclass(frozen=True)
class Judged:
    """``aside``: rows to be set aside, in the columns of `rejects`; ``impact``: what is withheld with them, if there are any."""

    measures: list[Measure]
    aside: pa.Table
    impact: Impact | None


def measure_sources(lake: Lake, settings: Settings, business_date: date, new: Pending, published: Publication | None) -> Judged:
    """What the suites of the tables that came say of their new rows."""
    suites = [
        with_consequences(suite, settings.gate.consequence)
        for name, suite in SOURCE_SUITES.items()
        if name in new.tables or name == BATCH_FILE.name
    ]
    parts: Mapping[str, Collection[str]] = {**new.tables, BATCH_FILE.name: new.batches}
    with engine_of("gate", lake, settings, lake.rows(FEE_LIST_D)) as (engine, _):
        register_sources(lake, engine, new)
        found = measured(engine, suites, places(settings, business_date, _present(lake)), parts)
        aside = set_aside(engine, suites)
        return Judged(found, aside, _impact(lake, engine, aside, published) if aside.num_rows else None)


def _present(lake: Lake) -> set[str]:
    """The source tables of which any row was ever taken."""
    files = lake.held(BATCH_FILE, ["table_name", "rows_kept"]).to_pylist()
    return {file["table_name"] for file in files if file["rows_kept"] > 0}


def _impact(lake: Lake, engine: DuckEngine | SparkEngine, aside: pa.Table, published: Publication | None) -> Impact:
    engine.register("quarantined", aside)
    run(engine, STATEMENTS)
    (withheld,) = engine.arrow("withheld").to_pylist()
    findings = None
    if published:
        lines, found = (read_published(lake, table, published).count() for table in (BILL_LINE, FINDING))
        findings = expected_findings(withheld["lines"], found, lines)
    return Impact(aside.num_rows, withheld["lines"], withheld["settlements"], withheld["amount"], withheld["in_scope"], findings)
