"""Many types on the engine and by hand (benchmarks/plain), with equal results asserted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.measure import Cost, measured
from benchmarks.plain import PROGRAMS
from benchmarks.rulebase import only
from benchmarks.stock import FIRST_DAY, PRESENT, judged_months
from jobs.audit import RuleBase
from jobs.relations import BESIDE_BILLS, BILLS, bill_relations, region_of
from jobs.settings import Settings
from lake.store import Lake
from rules.book.compile import compile_rules
from rules.catalogue import RULE_TYPES
from rules.engines import run
from rules.engines.duck import DuckEngine
from rules.engines.portable import DUCKDB_MACROS
from rules.findings import finding_statements
from rules.guard import without
from rules.judge import context, register_tasks, source_statements
from rules.shapes import SHAPES

# The machine may be shared: both in turn, so often, and the cheapest of each.
ROUNDS = 3
SOURCES = (*BILLS, *(name for name in BESIDE_BILLS if name in PRESENT), "institution", "task", "dose_frequency")

# What one program finds, as findings by visit and settlement, and their lines.
_FOUND = """
CREATE OR REPLACE TEMP TABLE found AS {program};
COPY (
    SELECT found.rule_key, found.mdtrt_id, line.setl_id, line.month, sum(found.cnt) AS cnt, sum(found.amt) AS amt,
        sum(found.amt * line.net_inscp // greatest(line.net_amt, 1)) AS inscp
    FROM found LEFT JOIN line ON line.mdtrt_id = found.mdtrt_id AND line.feedetl_sn = found.feedetl_sn
    GROUP BY ALL
) TO '{folder}/plain_finding.parquet';
COPY (
    SELECT found.*, line.month, line.net_inscp, line.setl_fund, line.setl_inscp
    FROM found LEFT JOIN line ON line.mdtrt_id = found.mdtrt_id AND line.feedetl_sn = found.feedetl_sn
) TO '{folder}/plain_finding_detl.parquet';
"""

_DIFFERENT = """
SELECT (SELECT count(*) FROM engine_found) AS engine_rows, (SELECT count(*) FROM found) AS plain_rows,
    (SELECT count(*) FROM (FROM engine_found EXCEPT ALL FROM found))
        + (SELECT count(*) FROM (FROM found EXCEPT ALL FROM engine_found)) AS differ
"""


@dataclass(frozen=True)
class Compared:
    """One type alone: what the engine and the plain program took, and the rows at fault in which both agree."""

    rule_type_id: str
    ours: Cost
    plain: Cost
    faults: int


@dataclass(frozen=True)
class Comparison:
    """Each type alone, the engine with all of them in one audit, and what it took to bring the lake into DuckDB's own format."""

    types: tuple[Compared, ...]
    together: Cost
    loading: Cost


def against_plain(lake: Lake, settings: Settings, base: RuleBase, folder: Path) -> Comparison:
    """Compares every type of ``PROGRAMS``.

    The engine reads the lake's files, the plain programs a DuckDB database; rules are compiled for both. Both end with findings
    and their lines in Parquet; the engine's carry evidence, sentences and amounts in three parts as published.
    """
    engine = DuckEngine(spill=folder / "spill")
    bill_relations(lake, engine)
    run(engine, source_statements(region_of(settings)))
    register_tasks(engine, region_of(settings), judged_months())
    comparison = compare(engine, base, folder, tuple(PROGRAMS))
    engine.close()
    return comparison


def compare(engine: DuckEngine, base: RuleBase, folder: Path, types: Sequence[str]) -> Comparison:
    """The comparison over the relations that ``engine`` holds; raises where a type's results differ."""
    compiled = compile_rules(only(base, types).rules, engine.arrow("code_dict"), PRESENT)
    alone = {one: without(compiled, frozenset(types) - {one}) for one in types}
    database = folder / "native.duckdb"
    database.unlink(missing_ok=True)
    with measured() as loading:
        _bring(engine, database, alone)
    with duckdb.connect(str(database)) as plain:
        for macro in DUCKDB_MACROS:
            plain.execute(macro.replace("MACRO", "TEMP MACRO"))
        compared = tuple(_compare_one(engine, plain, one, alone[one], folder) for one in types)
    _register(engine, compiled)
    together = []
    for _ in range(ROUNDS):
        with measured() as cost:
            _judge(engine, types, base.rulebook_ver, folder)
        together.append(cost)
    return Comparison(compared, min(together, key=_cpu), loading)


def _compare_one(
    engine: DuckEngine, plain: duckdb.DuckDBPyConnection, one: str, compiled: dict[str, pa.Table], folder: Path
) -> Compared:
    _register(engine, compiled)
    plain.execute(f"SET search_path = '{one},main'")
    ours, by_hand = [], []
    for _ in range(ROUNDS):
        with measured() as cost:
            _judge(engine, [one], "bench", folder)
        ours.append(cost)
        with measured() as cost:
            plain.execute(_FOUND.format(program=PROGRAMS[one], folder=folder))
        by_hand.append(cost)
    engine.sql("at_fault", "SELECT rule_key, mdtrt_id, feedetl_sn, vola_cnt, vola_amt FROM finding_row WHERE item_type = 1")
    plain.register("engine_found", engine.arrow("at_fault"))
    engine_rows, plain_rows, differ = plain.execute(_DIFFERENT).fetchall()[0]
    plain.unregister("engine_found")
    if differ:
        raise AssertionError(f"{one}: engine {engine_rows} rows at fault, plain SQL {plain_rows}; {differ} differ")
    return Compared(one, min(ours, key=_cpu), min(by_hand, key=_cpu), engine_rows)


def _judge(engine: DuckEngine, types: Sequence[str], rulebook_ver: str, folder: Path) -> None:
    """Hits and findings of ``types`` by the engine, written to Parquet."""
    chosen = [RULE_TYPES[one] for one in types]
    shapes = [shape for shape in SHAPES if shape.name in {rule.shape for rule in chosen}]
    for shape in shapes:
        run(engine, shape.render(chosen, context(FIRST_DAY, PRESENT)))
    run(engine, finding_statements(chosen, [shape.name for shape in shapes], rulebook_ver))
    for name in ("finding", "finding_detl"):
        engine.write(name, folder / f"engine_{name}.parquet")


def _bring(engine: DuckEngine, database: Path, compiled: dict[str, dict[str, pa.Table]]) -> None:
    """Makes a DuckDB file of the lake's tables, and of the compiled rules of each type in a schema of its name."""
    connection = engine._connection
    connection.execute(f"ATTACH '{database}' AS native")
    for name in SOURCES:
        connection.execute(f"CREATE TABLE native.{name} AS FROM {name}")
    for one, relations in compiled.items():
        connection.execute(f"CREATE SCHEMA native.{one}")
        for part in ("rule", "target", "valid"):
            connection.register("incoming_rows", relations[f"{RULE_TYPES[one].shape}_{part}"])
            connection.execute(f"CREATE TABLE native.{one}.{part} AS FROM incoming_rows")
            connection.unregister("incoming_rows")
    connection.execute("DETACH native")


def _register(engine: DuckEngine, relations: dict[str, pa.Table]) -> None:
    for name, rows in relations.items():
        engine.register(name, rows)


def _cpu(cost: Cost) -> float:
    return cost.cpu


def total(costs: Iterable[Cost]) -> tuple[float, float]:
    """Seconds and CPU seconds of all of ``costs``."""
    listed = list(costs)
    return sum(cost.seconds for cost in listed), sum(cost.cpu for cost in listed)
