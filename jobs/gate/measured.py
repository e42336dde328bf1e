"""Suites run over an engine's relations: measures, and the rows that they set aside."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import pyarrow as pa

from expectations.check import Suite
from expectations.metrics import Measure, measures, relation_names, statements
from jobs.ingest.reasons import QUARANTINED
from lake.tables import REJECTS
from rules.engines import run
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine

REJECTED = REJECTS.arrow_schema()

# What `rejects` says of a row that a check sets aside.
_SET_ASIDE = """
SELECT batch_id, file, line_no, CAST(NULL AS STRING) AS column, concat('{prefix}', upper(check_id)) AS reason, row_key AS key,
    '{table}' AS table_name
FROM {relation}
"""


def measured(
    engine: DuckEngine | SparkEngine, suites: Iterable[Suite], places: Mapping[str, str], parts: Mapping[str, Collection[str]]
) -> list[Measure]:
    """The measures of the suites; ``parts``: by table those that must not be missed although no row of them is left."""
    found: list[Measure] = []
    for suite in suites:
        run(engine, statements(suite, places))
        counts = {name: engine.arrow(name).to_pylist() for _, _, name, _ in relation_names(suite)}
        found += measures(suite, counts, parts.get(suite.table, ()))
    return found


def set_aside(engine: DuckEngine | SparkEngine, suites: Iterable[Suite]) -> pa.Table:
    """The rows that the measured suites set aside, in the columns of `rejects`."""
    found = [REJECTED.empty_table()]
    for suite in suites:
        for judged, _, _, relation in relation_names(suite):
            if judged.quarantining:
                text = _SET_ASIDE.format(prefix=QUARANTINED, table=suite.table, relation=relation)
                engine.view(f"reject_{relation}", text)
                found.append(engine.arrow(f"reject_{relation}").select(REJECTED.names).cast(REJECTED))
    return pa.concat_tables(found)
