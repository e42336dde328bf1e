"""Nights without a lake: what stands is moved by what each night touches, by the statements of the jobs on either engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from lake.tables import SOURCE_TABLES
from rules.again import BILLS as PERSONS_BILLS
from rules.again import TOUCHED_BILLS, TOUCHED_STATEMENTS, kept_statements, merge_statements, needs_everyone
from rules.bills import touched as of_visits
from rules.book.compile import compile_rules
from rules.catalogue import RULE_TYPES
from rules.engines import Engine, Statement, run
from rules.engines.duck import DuckEngine
from rules.findings import HIT_SCHEMA, finding_statements
from rules.judge import CODED_TABLES, JudgedMonth, bill_statements, context, register_tasks, source_statements
from rules.refuse import stored_refuse_statements
from rules.shapes import SHAPES
from tests.duck import REGION, arrow_rows, rule_rows
from tests.generated.engine import accepted_rows
from tests.generated.histories import OF_EVERYONE, Night, Tables
from tests.generated.world import Row
from tests.reference.judge import Result
from tests.reference.typing_rows import typed

FIRST_DAY = date(2024, 1, 1)
AS_OF = date(2025, 4, 20)
PARTS = ("everyone", "touched")
MADE = {"line": "bill_line", "visit": "bill_visit", "settlement": "settlement_fact"}
NO_CODE = pa.table({"kind": pa.array([], pa.string()), "code": pa.array([], pa.string()), "code_key": pa.array([], pa.int32())})


@dataclass
class Standing:
    """What a night left: rows in force, bills and dictionary, findings, the judged months, and the rules that judged them."""

    rows: Tables = field(default_factory=dict)
    bills: dict[str, pa.Table] = field(default_factory=dict)
    codes: pa.Table = field(default_factory=lambda: NO_CODE)
    found: dict[str, pa.Table] = field(default_factory=dict)
    months: frozenset[str] = frozenset()
    rules: list[dict[str, str]] = field(default_factory=list)


def whole(standing: Standing, night: Night) -> Standing:
    """Everything made anew of the night's rows."""
    rows, months = in_force(night), standing.months | {night.month}
    engine = DuckEngine(threads=1)
    _register_sources(engine, rows)
    engine.register("known_code", standing.codes)
    run(engine, bill_statements(REGION))
    bills, codes = {name: engine.arrow(relation) for name, relation in MADE.items()}, engine.arrow("code_dict")
    compiled = _prepare(engine, rows, bills, codes, night, months)
    _judge(engine, compiled)
    found = {"finding": engine.arrow("finding"), "detl": engine.arrow("finding_detl")}
    return Standing(rows, bills, codes, found, months, night.rules)


def part(standing: Standing, night: Night, judging: Engine | None = None) -> Standing | None:
    """What stands, moved by what the night touches; None where the whole is to be judged.

    ``judging`` finds whom the night touches and judges them: the embedded engine unless another is given. Bills are always
    made by the embedded one.
    """
    rows, months = in_force(night), standing.months | {night.month}
    differing = {name: _differing(standing.rows[name], rows[name]) for name in rows}
    if night.rules != standing.rules or any(differing[name] for name in OF_EVERYONE):
        return None
    billing = DuckEngine(threads=1)
    bills, codes = _moved_bills(billing, standing, night, rows, differing)
    engine = judging or DuckEngine(threads=1)
    compiled = _prepare(engine, rows, bills, codes, night, months)
    for name, table in bills.items():
        engine.register(f"every_{name}", table)
    engine.register("changed_visit", billing.arrow("rebuilt_visit"))
    engine.register("changed_person", billing.arrow("affected_person"))
    engine.register("fresh_month", pa.table({"month": pa.array(sorted(months - standing.months), pa.string())}))
    _run_kept(engine, TOUCHED_STATEMENTS)
    found = _moved_findings(engine, standing, night, rows, compiled, months)
    return Standing(rows, bills, codes, found, months, night.rules)


def result(standing: Standing) -> Result:
    """The findings, their rows and the refuse list, to be compared."""
    engine = DuckEngine(threads=1)
    engine.register("finding", standing.found["finding"])
    engine.register("finding_detl", standing.found["detl"])
    engine.register("line", standing.bills["line"])
    run(engine, stored_refuse_statements(False, list(RULE_TYPES)))
    return Result(
        standing.found["finding"].to_pylist(), standing.found["detl"].to_pylist(), engine.arrow("refuse_list").to_pylist()
    )


def in_force(night: Night) -> Tables:
    """Of every key the row that came last, those left out that ingest would set aside."""
    newest: Tables = {}
    for name in SOURCE_TABLES:
        rows: dict[tuple[str | None, ...], Row] = {}
        for batch in night.landing.values():
            rows |= {tuple(row.get(column) for column in SOURCE_TABLES[name].key): row for row in batch.get(name, [])}
        newest[name] = list(rows.values())
    return {name: list(kept) for name, kept in ({name: [] for name in SOURCE_TABLES} | typed(newest)).items()}


def _differing(before: list[Row], now: list[Row]) -> list[Row]:
    """The rows that only one of both has."""
    old, new = ({tuple(sorted((k, v or "") for k, v in row.items())): row for row in rows} for rows in (before, now))
    return [row for content, row in (old | new).items() if (content in old) != (content in new)]


def _moved_bills(
    engine: DuckEngine, standing: Standing, night: Night, rows: Tables, differing: Mapping[str, list[Row]]
) -> tuple[dict[str, pa.Table], pa.Table]:
    """As jobs/bills.py makes them: bills of the visits that changed rows reach, and those of all others as they stood."""
    for name in ("setl_d", "fee_list_d"):
        stored = [row for batch in night.landing.values() for row in batch.get(name, [])]
        engine.register(f"every_{name}", arrow_rows(SOURCE_TABLES[name], list(stored)))
    for name, table in standing.bills.items():
        engine.register(f"every_{name}", table)
    engine.register("changed_visit", _named("mdtrt_id", differing, SOURCE_TABLES))
    engine.register("changed_person", _named("psn_no", differing, ("psn_d", "filing_d")))
    run(engine, [*of_visits.TOUCHED_STATEMENTS, of_visits.REPLACED_STATEMENT])
    visits = engine.arrow("touched_visit")
    engine.register("rebuilt_visit", visits)
    touched = set(visits["mdtrt_id"].to_pylist())
    own = {name: [row for row in of if row.get("mdtrt_id", "") in {"", *touched}] for name, of in rows.items()}
    _register_sources(engine, own)
    engine.register("known_code", standing.codes)
    run(engine, [*bill_statements(REGION), of_visits.REBUILT_STATEMENT, *of_visits.AFFECTED_STATEMENTS])
    bills = {}
    for name, relation in MADE.items():
        before, now = standing.bills[name], engine.arrow(relation)
        staying = before.filter(pc.invert(pc.is_in(before["mdtrt_id"], visits["mdtrt_id"])))
        bills[name] = pa.concat_tables([staying, now.select(staying.column_names).cast(staying.schema)])
    return bills, engine.arrow("code_dict")


def _moved_findings(
    engine: Engine, standing: Standing, night: Night, rows: Tables, compiled: Mapping[str, pa.Table], months: frozenset[str]
) -> dict[str, pa.Table]:
    """As jobs/again.py finds them."""
    base = rule_rows(accepted_rows(night.rules))
    further = needs_everyone(base)
    meta = compiled["rule_meta"]
    named = zip(meta["rule_type_id"].to_pylist(), meta["rule_id"].to_pylist(), strict=True)
    is_further = pa.array([name in further for name in named])
    named_rules = {"rule_type_id": [t for t, _ in further], "rule_id": [r for _, r in further]}
    engine.register("further_rule", pa.table(named_rules, pa.schema([(name, pa.string()) for name in named_rules])))
    for name, mask in zip(PARTS, (is_further, pc.invert(is_further)), strict=True):
        if name == "touched":
            _run_kept(engine, TOUCHED_BILLS)
            for bill in PERSONS_BILLS:
                engine.register(bill, engine.arrow(f"own_{bill}"))
            touched = set(engine.arrow("touched_visit")["mdtrt_id"].to_pylist())
            _register_sources(engine, {n: [r for r in of if r.get("mdtrt_id", "") in {"", *touched}] for n, of in rows.items()})
            run(engine, source_statements(REGION))
        keys = meta.filter(mask)["rule_key"]
        _judge(engine, {relation: of.filter(pc.is_in(of["rule_key"], keys)) for relation, of in compiled.items()})
        _run_kept(engine, kept_statements(name))
    engine.register("before_finding", standing.found["finding"])
    engine.register("shadowed", pa.table({"found_for": pa.array([], pa.string()), "jr_id": pa.array([], pa.string())}))
    engine.register("before_finding_detl", standing.found["detl"])
    _run_kept(engine, merge_statements(PARTS))
    moved = engine.arrow("moved_month")["found_for"]
    found = {}
    for name, before in standing.found.items():
        staying = before.filter(pc.invert(pc.is_in(before["found_for"], moved)))
        found[name] = pa.concat_tables([staying, engine.arrow(f"moved_{name}").cast(staying.schema)])
    return found


def _run_kept(engine: Engine, statements: Sequence[Statement]) -> None:
    """Makes the relations at once: what they read is replaced before they are read."""
    run(engine, statements, kept=[statement[0] for statement in statements if isinstance(statement, tuple)])


def _named(column: str, rows: Mapping[str, list[Row]], tables: object) -> pa.Table:
    names = {row[column] for name in rows if name in tables for row in rows[name] if row.get(column)}  # type: ignore[operator]
    return pa.table({column: pa.array(sorted(str(name) for name in names), pa.string())})


def _register_sources(engine: Engine, rows: Tables) -> None:
    for name, table in SOURCE_TABLES.items():
        engine.register(f"raw_{name}" if name in CODED_TABLES else name, arrow_rows(table, list(rows[name])))


def _prepare(
    engine: Engine, rows: Tables, bills: Mapping[str, pa.Table], codes: pa.Table, night: Night, months: frozenset[str]
) -> dict[str, pa.Table]:
    """Makes what the shapes read, everyone's; the compiled rules."""
    for name, table in bills.items():
        engine.register(name, table)
    engine.register("code_dict", codes)
    _register_sources(engine, rows)
    run(engine, source_statements(REGION))
    register_tasks(engine, REGION, [JudgedMonth(month, AS_OF) for month in sorted(months)])
    return compile_rules(rule_rows(accepted_rows(night.rules)), codes, frozenset(SOURCE_TABLES))


def _judge(engine: Engine, compiled: Mapping[str, pa.Table]) -> None:
    for name, rows in compiled.items():
        engine.register(name, rows)
    for shape in SHAPES:
        engine.register(f"hit_{shape.name}", HIT_SCHEMA.empty_table())
    for shape in (shape for shape in SHAPES if compiled[f"{shape.name}_rule"].num_rows):
        run(engine, shape.render(RULE_TYPES.values(), context(FIRST_DAY, SOURCE_TABLES)))
    run(engine, finding_statements(RULE_TYPES.values(), [shape.name for shape in SHAPES], "test"))
