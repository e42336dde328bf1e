"""Four types on the engine and by hand, over the same files, with equal results asserted."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measure import Cost, measured
from benchmarks.plain import STATEMENTS, TYPES
from benchmarks.rulebase import only
from benchmarks.stock import FIRST_DAY, PRESENT, judged_months
from jobs.audit import RuleBase
from jobs.relations import duckdb_relations, region_of
from jobs.settings import Settings
from lake.store import Lake
from rules.book.compile import compile_rules
from rules.catalogue import RULE_TYPES
from rules.engines import run
from rules.engines.duck import DuckEngine
from rules.findings import finding_statements
from rules.judge import context, register_tasks, source_statements
from rules.shapes import SHAPES

# The machine is shared: both in turn, so often, and the fastest of each.
ROUNDS = 3
OWN_SHAPES = ("line", "diagnosis", "pair", "window")
_DIFFERENT = """
WITH engine AS (
    SELECT r.rule_key, r.mdtrt_id, r.feedetl_sn, r.vola_amt AS amt FROM finding_row AS r WHERE r.item_type = 1
),
plain AS (SELECT rule_key, mdtrt_id, feedetl_sn, amt FROM plain_found)
SELECT (SELECT count(*) FROM engine) AS engine_rows, (SELECT count(*) FROM plain) AS plain_rows,
    (SELECT count(*) FROM (FROM engine EXCEPT ALL FROM plain))
        + (SELECT count(*) FROM (FROM plain EXCEPT ALL FROM engine)) AS differ
"""


def four_types(lake: Lake, settings: Settings, base: RuleBase, folder: Path) -> tuple[Cost, Cost, int]:
    """Cost of the engine and of plain SQL for V01, V02, V14 and V16, and the lines at fault, in which both agree.

    Both start from the lake's files and the compiled rules, and end with findings and their lines in Parquet. The engine's
    carry evidence, sentences and amounts in three parts as published, the plain ones rule, visit, lines and amounts.
    """
    engine = DuckEngine(threads=2, spill=folder / "spill")
    duckdb_relations(lake, engine)
    region = region_of(settings)
    run(engine, source_statements(region))
    register_tasks(engine, region, judged_months())
    chosen = {name: rule_type for name, rule_type in RULE_TYPES.items() if name in TYPES}
    for name, rows in compile_rules(only(base, TYPES).rules, engine.arrow("code_dict"), PRESENT).items():
        engine.register(name, rows)
    connection = engine._connection
    ours, plain = [], []
    for _ in range(ROUNDS):
        with measured() as cost:
            for shape in SHAPES:
                if shape.name in OWN_SHAPES:
                    run(engine, shape.render(chosen.values(), context(FIRST_DAY, PRESENT)))
            run(engine, finding_statements(chosen.values(), OWN_SHAPES, base.rulebook_ver))
            for name in ("finding", "finding_detl"):
                engine.write(name, folder / f"engine_{name}.parquet")
        ours.append(cost)
        with measured() as cost:
            for statement in STATEMENTS:
                connection.execute(statement.replace("{folder}", str(folder)))
        plain.append(cost)
    rows = connection.execute(_DIFFERENT).fetchall()[0]
    engine.close()
    if rows[2]:
        raise AssertionError(f"engine {rows[0]} lines at fault, plain SQL {rows[1]}; {rows[2]} differ")
    return min(ours, key=_seconds), min(plain, key=_seconds), rows[0]


def _seconds(cost: Cost) -> float:
    return cost.seconds
