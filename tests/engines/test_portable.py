"""The portable subset: both engines answer every function alike, exact division included, and no text leaves the subset."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from features.statements import feature_statements
from lake.tables import SOURCE_TABLES
from rules.engines import Engine, Repeat
from rules.engines.duck import DuckEngine
from rules.engines.portable import FUNCTIONS, as_count, as_yuan, count, decimal_text, money, mul_div, plus_days, price
from rules.engines.spark import SparkEngine
from rules.judge import audit_statements, bill_statements, source_statements
from tests.duck import REGION
from tests.engines.expressions import EXPRESSIONS, SAMPLE

LARGEST = "7000000000000000000"  # twice its square still has 38 digits
# a × b ÷ c, half up.
DIVISIONS: list[tuple[str, str, str, Any]] = [
    ("1", "1", "1", 1),
    ("0", "5", "3", 0),
    ("1", "1", "2", 1),
    ("1", "1", "3", 0),
    ("2", "1", "3", 1),
    ("3", "1", "2", 2),
    ("5", "1", "2", 3),
    ("1", "5", "10", 1),
    ("1", "49999999", "100000000", 0),
    ("1", "50000000", "100000000", 1),
    # 12512503 is 2501 and a half times 5002: a division in double loses the half.
    ("12507500", "1", "5002", 2500),
    ("12507501", "1", "5002", 2501),
    ("12512502", "1", "5002", 2501),
    ("12512503", "1", "5002", 2502),
    (LARGEST, LARGEST, LARGEST, int(LARGEST)),
    ("999999999999999999", "999999999999999999", "999999999999999998", 10**18),
    ("7", "1", "0", None),
    ("CAST(NULL AS BIGINT)", "1", "2", None),
]
# Decimals as tables and texts hold them, days that cross a month, and remainders: text and result.
OTHERS: list[tuple[str, str]] = [
    (money("1234"), "12.34"),
    (money("-5"), "-0.05"),
    (count("15000"), "1.5000"),
    (price("1"), "0.000001"),
    (decimal_text("922337203685477580", 2), "9223372036854775.80"),
    (f"CAST({as_yuan('5')} AS STRING)", "0.05"),
    (f"CAST({as_count('1')} AS STRING)", "0.0001"),
    ("CAST(" + plus_days("DATE '2025-02-27'", "2") + " AS STRING)", "2025-03-01"),
    ("CAST((-7) % 3 AS STRING)", "-1"),
    ("CAST((-7) DIV 2 AS STRING)", "-3"),
    ("CAST(CAST(12512503 AS DECIMAL(38, 0)) DIV CAST(5002 AS DECIMAL(38, 0)) AS STRING)", "2501"),
    ("CAST(CAST(1.005 AS DOUBLE) AS STRING)", "1.005"),
    ("CAST(CAST('2025-03-09' AS DATE) AS STRING)", "2025-03-09"),
    ("CAST(CAST(round(CAST(0.12345 AS DOUBLE), 4) AS DECIMAL(18, 4)) AS STRING)", "0.1235"),
    ("CAST(NULL <=> NULL AS STRING)", "true"),
]
# Words before a parenthesis that are no functions.
KEYWORDS = {"and", "as", "cast", "decimal", "div", "else", "filter", "from", "in", "join", "not", "or", "over", "then", "where"}


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Either engine with the sample."""
    scratch: Path = tmp_path_factory.mktemp("portable")
    made = DuckEngine(threads=1) if request.param == "duckdb" else SparkEngine(request.getfixturevalue("spark"), scratch)
    made.sql("sample", SAMPLE)
    return made


def answers(engine: Engine, texts: list[str]) -> list[Any]:
    """What the engine answers, in one query."""
    engine.sql("answer", "SELECT " + ", ".join(f"{text} AS answer_{place}" for place, text in enumerate(texts)))
    return list(engine.arrow("answer").to_pylist()[0].values())


def test_functions(engine: Engine) -> None:
    got = answers(engine, [text for _, text, _ in EXPRESSIONS])

    wrong = [(text, value) for (_, text, wanted), value in zip(EXPRESSIONS, got, strict=True) if value != wanted]
    assert wrong == []


def test_every_function_is_tried() -> None:
    assert {name for name, _, _ in EXPRESSIONS} == FUNCTIONS
    assert [text for name, text, _ in EXPRESSIONS if f"{name}(" not in text] == []


def test_division_is_exact_and_rounds_half_up(engine: Engine) -> None:
    got = answers(engine, [mul_div(a, b, c) for a, b, c, _ in DIVISIONS])

    assert got == [wanted for *_, wanted in DIVISIONS]


def test_products_of_38_digits_are_exact(engine: Engine) -> None:
    nines = "CAST(9999999999999999999 AS DECIMAL(38, 0))"

    # The quotient must have 64 bits: Spark's DIV gives a BIGINT, and wraps without an error.
    got = answers(engine, [f"CAST({nines} * {nines} AS STRING)", f"CAST(({nines} * {nines}) DIV ({nines} * 10) AS STRING)"])

    assert got == ["99999999999999999980000000000000000001", "999999999999999999"]


def test_decimals_days_and_remainders(engine: Engine) -> None:
    assert answers(engine, [text for text, _ in OTHERS]) == [wanted for _, wanted in OTHERS]


def test_the_statements_use_these_functions_and_no_others() -> None:
    used = {name for text in texts() for name in functions_of(text)}

    assert used - FUNCTIONS == set()
    assert FUNCTIONS - used == set()


def texts() -> list[str]:
    """The text of every statement of bills, shapes, findings, refuse list and features."""
    audit = audit_statements(REGION, date(2025, 1, 1), SOURCE_TABLES, "v", include_drg=True)
    statements = [*bill_statements(REGION), *source_statements(REGION), *audit, *feature_statements()]
    pairs = [(step.text, step.unsettled) if isinstance(step, Repeat) else (step[1],) for step in statements]
    return [text for pair in pairs for text in pair]


def functions_of(text: str) -> set[str]:
    """The functions that a statement calls."""
    without_literals = re.sub(r"--[^\n]*", "", re.sub(r"'(?:[^']|'')*'", "''", text))
    called = set(re.findall(r"\b([A-Za-z_]\w*)\s*\(", without_literals))
    return {name for name in called if name == name.lower() or name.lower() not in KEYWORDS}
