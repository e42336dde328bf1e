"""What counts as a value of each kind."""

import datetime as dt
from decimal import Decimal

import pytest

from jobs.ingest.typed import RegionalValues, typed_rows
from lake.landing.stage import MISFIT, staged_ddl
from lake.tables.schema import Column, Table

SAMPLE = Table(
    name="sample",
    meaning="one row per sample",
    key=("id",),
    columns=(
        Column("id", "string", "key", filled=True),
        Column("day", "date", "a date"),
        Column("time", "timestamp", "a time"),
        Column("paid", "money", "an amount that must be there", required=True),
        Column("spare", "money", "an amount that may be empty"),
        Column("cnt", "count", "a count"),
        Column("pric", "price", "a price"),
        Column("flag", "int", "a flag"),
        Column("code", "string", "a code"),
        Column("sex", "string", "a code with leading zeros"),
        Column("batch_id", "string", "batch", internal=True),
        Column("file", "string", "file", internal=True),
        Column("line_no", "bigint", "line", internal=True),
    ),
)

REGION = RegionalValues(codes={"code": {"regional": "the contract's"}, "sex": {"9": "unknown"}}, drop_leading_zeros=("sex",))
ACCEPTED = [
    ("day", "2024-02-29", dt.date(2024, 2, 29)),
    ("day", "9999-12-31", dt.date(9999, 12, 31)),
    ("time", "1986-05-04 02:30:00", dt.datetime(1986, 5, 4, 2, 30)),  # skipped by China's summer time  # noqa: DTZ001
    ("paid", "12.3400", Decimal("12.34")),
    ("paid", "-.5", Decimal("-0.50")),
    ("paid", "007", Decimal("7.00")),
    ("paid", "9999999999999999.99", Decimal("9999999999999999.99")),
    ("cnt", "-1.0001", Decimal("-1.0001")),
    ("pric", "0.000001", Decimal("0.000001")),
    ("flag", "01", 1),
    ("code", "01", "01"),
    ("sex", "02", "2"),
    ("sex", "0", "0"),
    ("sex", "09", "unknown"),
    ("code", "regional", "the contract's"),
]
REFUSED = [
    ("day", "2025-02-30"),
    ("day", "2025-3-1"),
    ("day", "20250301"),
    ("day", "2025/03/01"),
    ("day", "2025-03-01 00:00:00"),
    ("day", "２０２５-03-01"),
    ("day", "0001-01-01"),
    ("time", "2025-03-01"),
    ("time", "2025-03-01T10:00:00"),
    ("time", "2025-03-01 24:00:00"),
    ("time", "2025-03-01 10:00"),
    ("paid", "12.345"),
    ("paid", "1,000.00"),
    ("paid", "1e3"),
    ("paid", "NaN"),
    ("paid", "Infinity"),
    ("paid", "１２"),
    ("paid", "5."),
    ("paid", "+5"),
    ("paid", "12345678901234567"),
    ("cnt", "1.00001"),
    ("pric", "0.0000001"),
    ("flag", "1.0"),
    ("flag", "99999999999"),
    ("flag", "yes"),
]


@pytest.fixture(scope="module")
def values(spark):
    """Reads every sample in one pass; a function gives (value, unparseable columns) of a column and text."""
    names = [column.name for column in SAMPLE.file_columns]
    samples = [(column, text) for column, text, *_ in ACCEPTED + REFUSED]
    staged = [
        (*[str(n) if name == "id" else text if name == column else None for name in names], "b", "f", n, False)
        for n, (column, text) in enumerate(samples)
    ]
    frame = spark.createDataFrame(staged, staged_ddl(SAMPLE))
    rows = {int(row["id"]): row for row in typed_rows(frame, SAMPLE, REGION).collect()}
    return lambda column, text: (rows[n := samples.index((column, text))][column], rows[n]["unparseable"])


def test_exact_spellings_are_values(values):
    assert [values(column, text) for column, text, _ in ACCEPTED] == [(value, "") for _, _, value in ACCEPTED]


def test_other_spellings_become_missing_and_are_named(values):
    assert [values(column, text) for column, text in REFUSED] == [(None, column) for column, _ in REFUSED]


def test_only_amounts_that_may_be_empty_are_zero_when_missing(spark):
    texts = [("1", None, None), ("2", "many", "many")]
    staged = spark.createDataFrame(
        [(n, None, None, paid, spare, *[None] * 5, "b", "f", 2, False) for n, paid, spare in texts],
        staged_ddl(SAMPLE),
    )
    rows = typed_rows(staged, SAMPLE, RegionalValues()).select("id", "paid", "spare", "unparseable").collect()
    assert [tuple(row) for row in rows] == [
        ("1", None, Decimal("0.00"), ""),
        ("2", None, Decimal("0.00"), "paid,spare"),
    ]


def test_the_first_fault_in_column_order_is_named(spark):
    faulty = [(None, "not a day", False), ("", None, False), (None, None, True), ("ok", None, False)]
    staged = spark.createDataFrame(
        [(key, day, *[None] * 8, "b", "f", 2, misfit) for key, day, misfit in faulty], staged_ddl(SAMPLE)
    )
    assert MISFIT in staged.columns
    faults = [row.fault and tuple(row.fault) for row in typed_rows(staged, SAMPLE, RegionalValues()).collect()]
    assert faults == [("id", "EMPTY"), ("id", "EMPTY"), (None, "FIELD_COUNT"), None]
