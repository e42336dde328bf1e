"""Judges small batches, given as landing rows, on an engine: the embedded one for most tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import pyarrow as pa

from lake.tables import SOURCE_TABLES
from lake.tables.rule import RULE
from lake.tables.schema import Table
from rules.book.compile import compile_rules
from rules.catalogue import RULE_TYPES
from rules.engines import Engine, run
from rules.engines.duck import DuckEngine
from rules.judge import CODED_TABLES, JudgedMonth, Region, audit_statements, bill_statements, register_tasks
from rules.rule_type import RuleType
from rules.shapes import SHAPES

ARROW = {
    "string": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "money": pa.decimal128(18, 2),
    "count": pa.decimal128(18, 4),
    "price": pa.decimal128(18, 6),
    "int": pa.int32(),
    "bigint": pa.int64(),
}
REGION = Region(
    med_class={
        "11": "OTP", "13": "EMERG", "14": "OPSP", "21": "IPT", "2108": "DAYSURG", "22": "TRAUMA", "41": "PHARM",
        "51": "MATN", "52": "MATN", "23": "IPT", "24": "IPT", "28": "DAYSURG",
    },
    hosp_rank={1: 3, 2: 3, 3: 3, 4: 3, 5: 2, 6: 2, 7: 2, 8: 1, 9: 1, 10: 1, 11: 0},
    inpatient_prefixes=("2", "52"),
    dose_frequency={
        "QD": Fraction(1), "BID": Fraction(2), "TID": Fraction(3), "QID": Fraction(4), "QN": Fraction(1),
        "Q12H": Fraction(2), "Q8H": Fraction(3), "Q6H": Fraction(4), "Q4H": Fraction(6), "QOD": Fraction(1, 2),
        "QW": Fraction(1, 7),
    },
)  # fmt: skip


def typed(text: str | None, kind: str) -> Any:
    """A landing text as the lake holds it; None where it is empty or cannot be read."""
    text = (text or "").strip()
    if not text:
        return None
    try:
        if kind == "date":
            return date.fromisoformat(text)
        if kind == "timestamp":
            return datetime.fromisoformat(text)
        if kind in ("money", "count", "price"):
            return Decimal(text)
        if kind == "double":
            return float(text)
        return int(text) if kind in ("int", "bigint") else text
    except (ValueError, InvalidOperation):
        return None


def arrow_rows(table: Table, rows: list[Mapping[str, str | None]]) -> pa.Table:
    """Landing rows as an Arrow table of the declared columns; empty amounts that the contract lets be are 0.00."""
    columns = [column for column in table.columns if not column.internal]
    data = {}
    for column in columns:
        values = [typed(row.get(column.name), column.kind) for row in rows]
        if column.kind == "money" and not column.required:
            values = [Decimal("0.00") if value is None else value for value in values]
        data[column.name] = pa.array(values, ARROW[column.kind])
    return pa.table(data)


def judged_engine(
    tables: Mapping[str, list[Mapping[str, str | None]]], rules: pa.Table, months: list[JudgedMonth],
    history_from: date | None = None, region: Region = REGION, include_drg: bool = False,
    types: Mapping[str, RuleType] = RULE_TYPES,
) -> DuckEngine:  # fmt: skip
    """An engine that holds ``finding``, ``finding_detl`` and ``refuse_list`` of the given landing rows.

    ``types``: the only ones that may be found; of shapes without a type in it no statement runs.
    """
    engine = DuckEngine(threads=1)
    judge_on(engine, tables, rules, months, history_from, region, include_drg, types)
    return engine


def judge_on(
    engine: Engine, tables: Mapping[str, list[Mapping[str, str | None]]], rules: pa.Table, months: list[JudgedMonth],
    history_from: date | None = None, region: Region = REGION, include_drg: bool = False,
    types: Mapping[str, RuleType] = RULE_TYPES,
) -> None:  # fmt: skip
    """Makes the bills and the three results on an engine that holds nothing yet."""
    for name, table in SOURCE_TABLES.items():
        engine.register(f"raw_{name}" if name in CODED_TABLES else name, arrow_rows(table, tables.get(name, [])))
    engine.register("known_code", pa.table({"kind": pa.array([], pa.string()), "code": pa.array([], pa.string()),
                                            "code_key": pa.array([], pa.int32())}))  # fmt: skip
    bills = [("line", "bill_line"), ("visit", "bill_visit"), ("settlement", "settlement_fact")]
    run(engine, [*bill_statements(region), *((name, f"SELECT * FROM {source}") for name, source in bills)])
    register_tasks(engine, region, months)
    for name, rows in compile_rules(rules, engine.arrow("code_dict"), frozenset(tables), types).items():
        engine.register(name, rows)
    first_day = history_from or date(1900, 1, 1)
    hits = [f"hit_{shape.name}" for shape in SHAPES]
    run(engine, audit_statements(region, first_day, frozenset(tables), "test", include_drg, types), kept=hits)


def rule_rows(rows: list[dict[str, str]]) -> pa.Table:
    """Rule rows in the file format as the loader types them (the loader has its own tests)."""
    common = [column for column in RULE.columns if column.name not in ("params", "origin")]
    data: dict[str, pa.Array] = {}
    for column in common:
        data[column.name] = pa.array([typed(row.get(column.name), column.kind) for row in rows], ARROW[column.kind])
    types = [RULE_TYPES[row["rule_type_id"]] for row in rows]
    data["rule_ver"] = pa.array([int(row.get("rule_ver") or 1) for row in rows], pa.int32())
    data["sev_deg"] = pa.array([int(r.get("sev_deg") or t.sev_deg) for r, t in zip(rows, types, strict=True)], pa.int32())
    data["control_mode"] = pa.array([r.get("control_mode") or t.control_mode for r, t in zip(rows, types, strict=True)])
    data["stas"] = pa.array([row.get("stas") or "active" for row in rows])
    params = [{p.name: row[p.name] for p in t.params if row.get(p.name)} for row, t in zip(rows, types, strict=True)]
    data["params"] = pa.array([json.dumps(given, sort_keys=True, ensure_ascii=False) for given in params])
    data["origin"] = pa.array(["generated"] * len(rows))
    return pa.table(data)
