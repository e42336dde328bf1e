"""Small tables written as text, and the rule types that the case tests speak of."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from cases.case_type import CaseType, subjects_of
from lake.tables import TABLES

TYPES = (
    CaseType("V01", "超限定支付适应症", "条例38(六)", ("GZ10000101008000",), "violation"),
    CaseType("V02", "限性别", "条例38(六)", ("GZ10000301004000",), "violation"),
    CaseType("S01", "疑似分解住院", "条例38(一)", ("GZ10000204001000",), "suspicion"),
    CaseType("S09", "疑似串换", "条例38(四)", ("GZ10000202001000",), "suspicion", subjects_of("S09")),
    CaseType("S10", "疑似费用偏离", "条例38(二)", ("GZ10000201003000",), "suspicion", subjects_of("S10")),
    CaseType("S11", "疑似团伙聚集", "条例40(一)", ("LX-S11",), "suspicion", subjects_of("S11")),
)
FINDING_DEFAULTS = {
    "found_for": "2025-03",
    "rule_ver": 1,
    "sev_deg": 1,
    "fixmedins_code": "H1",
    "finding_stas": "active",
    "vola_amt_stas": 1,
    "vola_evid": "{}",
    "rulebook_ver": "b1",
    "vola_amt": Decimal("0.00"),
    "fund_amt": Decimal("0.00"),
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "finding": FINDING_DEFAULTS,
    "finding_detl": {"found_for": "2025-03", "vola_item_type": 1, "vola_inscp_amt": Decimal("0.00")},
    "bill_line": {"month": "2025-03", "hi_paymtd": "1", "setl_fund": 10**9},
    "outcome": {"auditor": "王", "concluded_on": dt.date(2025, 4, 1)},
}
# outcome has a place in the order of import besides its contract columns.
EXTRA = {"outcome": {"seq": "integer"}}
CASTS = {
    "money": Decimal,
    "count": Decimal,
    "price": Decimal,
    "int": int,
    "bigint": int,
    "date": dt.date.fromisoformat,
    "timestamp": dt.datetime.fromisoformat,
}


def records(text: str) -> list[dict[str, str | None]]:
    """The rows of a table written with ``|`` between its columns; an empty cell is None."""
    head, *body = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [{name: cell or None for name, cell in zip(head, cells, strict=True)} for cells in body]


def frame(spark: SparkSession, name: str, text: str) -> DataFrame:
    """The rows of ``text`` as a frame of that table; columns that it does not show hold their defaults."""
    kinds = {column.name: column.kind for column in TABLES[name].columns} | dict.fromkeys(EXTRA.get(name, {}), "int")
    schema = TABLES[name].spark_schema()
    for extra, sql_type in EXTRA.get(name, {}).items():
        schema = schema if extra in schema.fieldNames() else schema.add(extra, sql_type)
    rows = []
    for record in records(text):
        unknown = set(record) - set(kinds)
        assert not unknown, f"{name} has no column {unknown}"
        typed = {key: CASTS.get(kinds[key], str)(cell) for key, cell in record.items() if cell is not None}
        rows.append(DEFAULTS.get(name, {}) | typed)
    return spark.createDataFrame([tuple(row.get(field) for field in schema.fieldNames()) for row in rows], schema)


def shown(result: DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """The rows of these columns, sorted; decimals as text, so that cents show."""
    rows = [tuple(str(v) if isinstance(v, Decimal) else v for v in row) for row in result.select(*columns).collect()]
    return sorted(rows, key=str)
