"""The portable subset: SQL text in Spark's dialect that Spark and DuckDB answer alike.

Every function that rule texts use stands in ``FUNCTIONS`` and is tried on both engines in tests/engines/test_portable.py.
Not in it, because the engines differ or one lacks it: exists(array, lambda), percentile, weekday, trunc, date_trunc,
add_months, array_union, to_timestamp, ``/`` between integers (use DIV). Nor LATERAL VIEW, for which DuckDB
joins the list with itself: explode stands in the select list.
"""

from __future__ import annotations

from functools import cache

import sqlglot
from sqlglot import exp

# Spark functions that DuckDB lacks under any name SQLGlot knows. arrays_overlap looks each entry of the short first list up in
# the second: list_has_any hashes both anew for every row, 5 to 9 times slower on lists of 60 and of 1,100 codes.
DUCKDB_MACROS = (
    """CREATE OR REPLACE MACRO arrays_overlap(a, b) AS CASE
        WHEN a IS NOT NULL AND b IS NOT NULL THEN coalesce(list_bool_or([list_contains(b, entry) for entry in a]), FALSE)
    END""",
)

FUNCTIONS = frozenset(
    [
        "abs",
        "array",
        "array_contains",
        "array_intersect",
        "array_join",
        "arrays_overlap",
        "bool_or",
        "chr",
        "coalesce",
        "collect_list",
        "collect_set",
        "concat",
        "contains",
        "count",
        "date_add",
        "date_format",
        "datediff",
        "day",
        "dense_rank",
        "element_at",
        "explode",
        "filter",
        "get_json_object",
        "greatest",
        "hour",
        "lag",
        "least",
        "length",
        "lpad",
        "make_date",
        "max",
        "max_by",
        "min",
        "min_by",
        "month",
        "named_struct",
        "nullif",
        "quarter",
        "rank",
        "replace",
        "round",
        "row_number",
        "sequence",
        "sha2",
        "size",
        "sort_array",
        "split",
        "startswith",
        "struct",
        "substr",
        "sum",
        "timestampdiff",
        "to_json",
        "transform",
        "translate",
        "trim",
        "try_cast",
        "upper",
        "year",
    ]
)


@cache
def to_duckdb(text: str) -> str:
    """The DuckDB statement that answers as ``text`` (one Spark statement) does.

    Read as Databricks SQL: Spark's dialect with ANSI casts, so that a cast that fails is an error in both engines.
    Whole 38-digit decimals become 128-bit integers: DuckDB divides decimals in double, which rounds wrongly. Collecting
    nothing gives an empty array, where DuckDB alone gives NULL.
    """
    query = sqlglot.parse_one(text, read="databricks").transform(_empty_if_nothing)
    return query.sql(dialect="duckdb").replace("DECIMAL(38, 0)", "HUGEINT")


def _empty_if_nothing(node: exp.Expression) -> exp.Expression:
    """collect_list and collect_set as Spark answers them; other nodes as they are."""
    if isinstance(node, exp.ArrayAgg | exp.ArrayUniqueAgg):
        return exp.Coalesce(this=node.copy(), expressions=[exp.Array()])
    return node


def mul_div(a: str, b: str, c: str) -> str:
    """SQL for a × b ÷ c rounded half up, all three integers >= 0, exact in 128 bits; NULL where c is 0."""
    wide = f"CAST({a} AS DECIMAL(38, 0)) * CAST({b} AS DECIMAL(38, 0))"
    divisor = f"nullif(CAST({c} AS DECIMAL(38, 0)), 0)"
    return f"CAST((2 * ({wide}) + {divisor}) DIV (2 * {divisor}) AS BIGINT)"


def decimal_text(value: str, places: int) -> str:
    """SQL for a scaled integer as text with ``places`` decimals: decimal_text('vola_amt', 2) gives '12.34'."""
    unit = "0." + "0" * (places - 1) + "1"
    return f"CAST(CAST({value} AS DECIMAL(18, 0)) * CAST({unit} AS DECIMAL({places}, {places})) AS STRING)"


def as_yuan(value: str) -> str:
    """SQL for 分 as the tables hold money: DECIMAL(18, 2)."""
    return f"CAST(CAST({value} AS DECIMAL(18, 0)) * CAST(0.01 AS DECIMAL(2, 2)) AS DECIMAL(18, 2))"


def as_count(value: str) -> str:
    """SQL for a count × 10,000 as the tables hold counts: DECIMAL(18, 4)."""
    return f"CAST(CAST({value} AS DECIMAL(18, 0)) * CAST(0.0001 AS DECIMAL(4, 4)) AS DECIMAL(18, 4))"


def money(value: str) -> str:
    """SQL for 分 as text in yuan."""
    return decimal_text(value, 2)


def count(value: str) -> str:
    """SQL for a count (× 10,000) as text with four decimals."""
    return decimal_text(value, 4)


def price(value: str) -> str:
    """SQL for a price or a decimal parameter (× 1,000,000) as text with six decimals."""
    return decimal_text(value, 6)


def text_literal(value: str) -> str:
    """SQL literal of a text from this repository or from checked configuration."""
    return "'" + value.replace("'", "''") + "'"


def day(value: str) -> str:
    """SQL for a date as YYYY-MM-DD."""
    return f"date_format({value}, 'yyyy-MM-dd')"


def moment(value: str) -> str:
    """SQL for a time as YYYY-MM-DD HH:MM:SS."""
    return f"date_format({value}, 'yyyy-MM-dd HH:mm:ss')"


def plus_days(date: str, days: str) -> str:
    """SQL for the date ``days`` later. The casts matter: DuckDB's date_add gives a timestamp."""
    return f"CAST(date_add({date}, CAST({days} AS INT)) AS DATE)"
