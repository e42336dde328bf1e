"""Bills and findings as small tables, and the feature tables that an engine makes of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from features.statements import feature_statements
from jobs.feature_inputs import asked_rows, month_number, window_of
from lake.tables import BILL_LINE, BILL_VISIT, FEATURE_TABLES
from lake.tables.schema import Table
from rules.engines import Engine, run
from rules.engines.duck import DuckEngine
from tests.duck import ARROW, typed
from tests.ingest.landing import cells

KINDS = {**ARROW, "boolean": pa.bool_(), "strings": pa.list_(pa.string()), "ints": pa.list_(pa.int32())}
LINE = {"psn_no": "p1", "fixmedins_code": "h1", "bilg_dr_codg": "d1", "list_type": "201", "net_cnt": "10000", "net_amt": "1000"}
VISIT = {"psn_no": "p1", "fixmedins_code": "h1", "visit_class": "OTP", "hosp_rank": "2", "pay_loc": "1", "main_diag": "J18.900"}
SMALL = {
    "antibiotic": pa.schema({"code_key": pa.int32()}),
    "day_off": pa.schema({"fee_date": pa.date32()}),
    "restricted_line": pa.schema(
        {"month": pa.string(), "mdtrt_id": pa.string(), "feedetl_sn": pa.string(), "hosp_appr_flag": pa.int32()}
    ),
    "institution": pa.schema({"month": pa.string(), "fixmedins_code": pa.string(), "aprv_bed_cnt": pa.int64()}),
    "doctor_person": pa.schema({"month": pa.string(), "bilg_dr_codg": pa.string(), "psn_no": pa.string()}),
    "inventory": pa.schema(
        {"month": pa.string(), "fixmedins_code": pa.string(), "med_list_codg": pa.string(), "buy_cnt": pa.decimal128(18, 4),
         "buy_net_cnt": pa.decimal128(18, 4)}
    ),
    "found": pa.schema(
        {"month": pa.string(), "month_no": pa.int32(), "jr_id": pa.string(), "rule_type_id": pa.string(), "psn_no": pa.string(),
         "fixmedins_code": pa.string(), "mdtrt_id": pa.string(), "bilg_dr_codg": pa.string()}
    ),
    "finding_conclusion": pa.schema(
        {"jr_id": pa.string(), "grain": pa.int32(), "row_key": pa.string(), "concluded_on": pa.date32(), "seq": pa.int32(),
         "is_confirmed": pa.int32()}
    ),
}  # fmt: skip

Row = dict[str, str]


def bills(text: str, defaults: Mapping[str, str]) -> list[Row]:
    """The rows of a small table, each with what it leaves out."""
    return [{**defaults, **{name: value for name, value in row.items() if value}} for row in cells(text)]


def lines_of(text: str) -> list[Row]:
    """Net lines; ``fee_time`` gives the date."""
    rows = bills(text, LINE)
    return [{"net_inscp": row["net_amt"], **row, "fee_date": row["fee_time"][:10]} for row in rows]


def visits_of(text: str) -> list[Row]:
    """Visits; of a visit without an end it is its beginning."""
    return [{"end_time": row["begn_time"], **row} for row in bills(text, VISIT)]


def arrow_of(table: Table, rows: Sequence[Row]) -> pa.Table:
    return pa.table({c.name: pa.array([_value(row.get(c.name), c.kind) for row in rows], KINDS[c.kind]) for c in table.stored})


def _value(text: str | None, kind: str) -> Any:
    if kind == "boolean":
        return text == "1" if text else (False if text is None else None)
    if kind in ("ints", "strings"):
        return []
    return typed(text, kind)


def register(engine: Engine, lines: list[Row], visits: list[Row], months: Sequence[str], **small: list[Row]) -> None:
    """Registers what the statements read; of ``small`` relations those that are not given are empty."""
    engine.register("line", arrow_of(BILL_LINE, lines))
    engine.register("visit", arrow_of(BILL_VISIT, visits))
    engine.register("asked", asked_rows(window_of(months)))
    start = min(month_number(row["month"]) for row in visits)
    engine.register("lake_start", pa.table({"month_no": pa.array([start], pa.int32())}))
    register_small(engine, set(SMALL), small)


def register_small(engine: Engine, names: Collection[str], small: Mapping[str, list[Row]]) -> None:
    """Registers relations of ``SMALL``, empty where no rows are given."""
    for name in sorted(names):
        rows = [_typed_row(row, SMALL[name]) for row in small.get(name, [])]
        engine.register(name, pa.Table.from_pylist(rows, SMALL[name]))


def _typed_row(row: Row, schema: pa.Schema) -> dict[str, Any]:
    given = {**row, "month_no": str(month_number(row["month"]))} if row.get("month") else row
    kinds = {pa.string(): "string", pa.date32(): "date", pa.int32(): "int", pa.int64(): "int", pa.decimal128(18, 4): "count"}
    return {field.name: typed(given.get(field.name), kinds[field.type]) for field in schema}


def made(lines: str, visits: str, months: Sequence[str], **small: str) -> dict[str, list[dict[str, Any]]]:
    """The feature tables of these bills, rows by key."""
    engine = DuckEngine(threads=1)
    register(engine, lines_of(lines), visits_of(visits), months, **{name: cells(text) for name, text in small.items()})
    return tables_of(engine)


def tables_of(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """The feature tables that the engine makes of what is registered."""
    run(engine, feature_statements(), kept=tuple(FEATURE_TABLES))
    found = {}
    for name, table in FEATURE_TABLES.items():
        rows = engine.arrow(name).select(table.names).to_pylist()
        found[name] = sorted(rows, key=lambda row: tuple(row[column] for column in table.key))
    return found


def only(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """These columns of the rows."""
    return [tuple(row[name] for name in names) for row in rows]


def day(text: str) -> date:
    return date.fromisoformat(text)
