"""What every function of the portable subset answers: expressions with results written by hand.

They read ``sample``: n 1, 2, 2, NULL; t 'b', 'a', NULL, 'c'; d 2025-03-31, 2025-03-01, NULL, 2024-02-29.
"""

from __future__ import annotations

from datetime import date
from typing import Any

SAMPLE = """
SELECT 1 AS n, 'b' AS t, DATE '2025-03-31' AS d
UNION ALL SELECT 2, 'a', DATE '2025-03-01'
UNION ALL SELECT 2, CAST(NULL AS STRING), CAST(NULL AS DATE)
UNION ALL SELECT CAST(NULL AS INT), 'c', DATE '2024-02-29'
"""
NOTHING = "CAST(NULL AS STRING)"
NO_ARRAY = "CAST(NULL AS ARRAY<INT>)"
EMPTY = "filter(array(1), x -> x > 1)"
MOMENT = "TIMESTAMP_NTZ '2025-03-09 08:05:07'"


def over(window: str, rows: str = "sample") -> str:
    """A window function's values over the rows, as one sorted text."""
    shown = f"coalesce(CAST({window} AS STRING), '-') AS shown"
    return f"(SELECT array_join(sort_array(collect_list(shown)), ' ') FROM (SELECT {shown} FROM {rows}) AS windowed)"


def of_sample(aggregate: str, where: str = "TRUE") -> str:
    """An aggregate over the sample."""
    return f"(SELECT {aggregate} FROM sample WHERE {where})"


# Function, expression, what both engines answer.
EXPRESSIONS: list[tuple[str, str, Any]] = [
    ("abs", "abs(-3)", 3),
    ("array", "array(3, 1)", [3, 1]),
    ("array_contains", "array_contains(array('a', 'b'), 'b')", True),
    ("array_contains", f"coalesce(array_contains(array('a', 'b'), {NOTHING}), FALSE)", False),
    ("array_contains", f"coalesce(array_contains({NO_ARRAY}, 1), FALSE)", False),
    ("array_intersect", "sort_array(array_intersect(array(3, 1, 2), array(2, 3, 4)))", [2, 3]),
    ("array_join", "array_join(array('b', 'a'), ';')", "b;a"),
    ("array_join", f"array_join(sort_array(collect_set({NOTHING})), ';')", ""),
    ("arrays_overlap", "arrays_overlap(array(1, 2), array(2, 3))", True),
    ("arrays_overlap", "arrays_overlap(array(1, 2), array(3))", False),
    ("arrays_overlap", f"arrays_overlap(array(1), {EMPTY})", False),
    ("arrays_overlap", f"coalesce(arrays_overlap(array(1), {NO_ARRAY}), FALSE)", False),
    ("bool_or", of_sample("bool_or(n = 2)"), True),
    ("bool_or", of_sample("bool_or(n = 2)", "n IS NULL"), None),
    ("chr", "concat('a', chr(31), 'b')", "a\x1fb"),
    ("coalesce", f"coalesce({NOTHING}, 'x')", "x"),
    ("collect_list", of_sample("sort_array(collect_list(n))"), [1, 2, 2]),
    ("collect_set", of_sample("sort_array(collect_set(n))"), [1, 2]),
    ("collect_set", of_sample("size(collect_set(t))", "n = 9"), 0),
    ("concat", "concat('限', '性别')", "限性别"),
    ("concat", f"concat('a', {NOTHING})", None),
    ("contains", "contains('车祸伤', '车祸')", True),
    ("contains", f"contains({NOTHING}, '车祸')", None),
    ("count", of_sample("count(*)"), 4),
    ("count", of_sample("count(DISTINCT n)"), 2),
    ("date_add", "CAST(date_add(DATE '2024-02-28', CAST(2 AS INT)) AS DATE)", date(2024, 3, 1)),
    ("date_add", "CAST(date_add(DATE '2025-03-01', CAST(-1 AS INT)) AS DATE)", date(2025, 2, 28)),
    ("date_format", f"date_format({MOMENT}, 'yyyy-MM-dd HH:mm:ss')", "2025-03-09 08:05:07"),
    ("date_format", "date_format(DATE '1986-05-04', 'yyyy-MM')", "1986-05"),
    ("datediff", "datediff(DATE '2025-03-01', DATE '2025-02-27')", 2),
    ("datediff", f"datediff(DATE '2025-03-09', CAST({MOMENT} AS DATE))", 0),
    ("day", "day(DATE '2025-03-09')", 9),
    ("dense_rank", over("dense_rank() OVER (ORDER BY n)"), "1 2 3 3"),
    ("element_at", "element_at(array('a', 'b'), 1)", "a"),
    ("element_at", "element_at(split('h1|R1|2025', '[|]'), 1)", "h1"),
    ("explode", "(SELECT count(part) FROM (SELECT explode(array(1, 2, 2)) AS part) AS parts)", 3),
    ("explode", f"(SELECT count(*) FROM (SELECT explode({EMPTY}) AS part) AS parts)", 0),
    ("filter", "filter(array(1, 2, 3), x -> x <> 2)", [1, 3]),
    ("get_json_object", """get_json_object('{"a":"x","b":null,"c":["p","q"]}', '$.a')""", "x"),
    ("get_json_object", """get_json_object('{"a":"x","b":null,"c":["p","q"]}', '$.b')""", None),
    ("get_json_object", """get_json_object('{"a":"x","b":null,"c":["p","q"]}', '$.c')""", '["p","q"]'),
    ("get_json_object", """get_json_object('{"a":"say \\\\"x\\\\""}', '$.a')""", 'say "x"'),
    ("greatest", "greatest(1, CAST(NULL AS INT), 3)", 3),
    ("hour", f"hour({MOMENT})", 8),
    ("lag", over("lag(n) OVER (ORDER BY n, t)"), "- - 1 2"),
    ("least", "least(2, CAST(NULL AS INT), 3)", 2),
    ("length", "length('限性别')", 3),
    ("lpad", "lpad('7', 2, '0')", "07"),
    ("make_date", "make_date(2024, 2, 29)", date(2024, 2, 29)),
    ("max", of_sample("max(d)"), date(2025, 3, 31)),
    ("max_by", of_sample("max_by(t, d)", "t IS NOT NULL"), "b"),
    ("max_by", of_sample("max_by(struct(t), struct(coalesce(n, 0), coalesce(t, 'z'))).t"), None),
    ("min", of_sample("min(t)"), "a"),
    ("min_by", of_sample("min_by(t, d)", "t IS NOT NULL"), "c"),
    ("month", "month(DATE '2025-03-09')", 3),
    ("named_struct", "named_struct('a', 1, 'b', 'x').b", "x"),
    ("nullif", "nullif(0, 0)", None),
    ("quarter", "quarter(DATE '2025-10-01')", 4),
    ("rank", over("rank() OVER (ORDER BY n)"), "1 2 3 3"),
    ("replace", "replace('a,b', ',', ';')", "a;b"),
    ("round", "round(CAST(2.5 AS DOUBLE), 0)", 3.0),
    ("round", "round(CAST(-0.00005 AS DOUBLE), 4)", -0.0001),
    ("row_number", over("row_number() OVER (ORDER BY n DESC, t)"), "1 2 3 4"),
    ("sequence", "sequence(1, 3)", [1, 2, 3]),
    ("sequence", "sequence(1, 1)", [1]),
    ("sha2", "sha2('R1', 256)", "a791366f6f6201254edcac9ec72017b12d8a69513b5e1e29a29a4048ffb16e27"),
    ("size", "size(array(1, 2))", 2),
    ("size", f"size({EMPTY})", 0),
    ("sort_array", "sort_array(array('b', 'A', '限', 'a'))", ["A", "a", "b", "限"]),
    ("split", "split('a,b,,c', ',')", ["a", "b", "", "c"]),
    ("startswith", "startswith('A03.1', 'A03')", True),
    ("struct", "struct(1 AS a, 'x' AS b).b", "x"),
    ("substr", "substr('330101', 1, 4)", "3301"),
    ("sum", of_sample("CAST(sum(n) AS BIGINT)"), 5),
    ("sum", of_sample("CAST(sum(n) AS BIGINT)", "n = 9"), None),
    ("timestampdiff", f"timestampdiff(SECOND, TIMESTAMP_NTZ '2025-03-09 08:05:08', {MOMENT})", -1),
    ("timestampdiff", f"timestampdiff(SECOND, TIMESTAMP_NTZ '2025-03-08 08:05:06', {MOMENT})", 86401),
    ("to_json", """to_json(named_struct('a', '限"x', 'b', CAST(NULL AS STRING), 'c', array('p'), 'd', 7))""",
     '{"a":"限\\"x","b":null,"c":["p"],"d":7}'),
    ("transform", "transform(array(' a', 'b '), part -> trim(part))", ["a", "b"]),
    ("translate", """translate('["p","q"]', '[]"', '')""", "p,q"),
    ("trim", "trim('  a b ')", "a b"),
    ("try_cast", "try_cast('0x' AS INT)", None),
    ("try_cast", "try_cast('03' AS INT)", 3),
    ("upper", "upper('bid')", "BID"),
    ("year", "year(DATE '2025-03-09')", 2025),
]  # fmt: skip
