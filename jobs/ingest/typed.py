"""Staged text becomes typed rows; rows that cannot be typed carry their fault."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.ingest.faults import fault
from jobs.ingest.reasons import EMPTY, FIELD_COUNT, REFUND_WITHOUT_ORIGINAL, UNPARSEABLE
from lake.landing.stage import MISFIT
from lake.tables.schema import SPARK_TYPES, Column, Table

# The one spelling of each kind. Casts alone accept `2025-3-1`, `1e3`, ` 5 ` and NaN, and round what does not fit.
# Zeros beyond the scale are exact and therefore taken.
DAY = r"(1[89]|[2-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}"
SPELLINGS = {
    "date": rf"^{DAY}$",
    "timestamp": rf"^{DAY} [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}$",
    "money": r"^-?([0-9]{1,16}(\.[0-9]{1,2}0*)?|\.[0-9]{1,2}0*)$",
    "count": r"^-?([0-9]{1,14}(\.[0-9]{1,4}0*)?|\.[0-9]{1,4}0*)$",
    "price": r"^-?([0-9]{1,12}(\.[0-9]{1,6}0*)?|\.[0-9]{1,6}0*)$",
    "int": r"^-?[0-9]{1,10}$",
    "bigint": r"^-?[0-9]{1,19}$",
}


@dataclass(frozen=True)
class RegionalValues:
    """How a region's values become the contract's: ``codes`` by column, after ``drop_leading_zeros`` in its columns."""

    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    drop_leading_zeros: Collection[str] = ()


def typed_rows(staged: DataFrame, table: Table, region: RegionalValues) -> DataFrame:
    """One row per staged row: the stored columns typed, `fault` (missing if none) and `unparseable`.

    `unparseable` names, joined by commas, the columns that are missing because their text could not be parsed.
    """
    columns = [column for column in table.file_columns if column.identity != "dropped"]
    texts = staged.select("batch_id", "file", "line_no", MISFIT, *[_text(c, region).alias(f"text_{c.name}") for c in columns])
    values = texts.select("*", *[_value(c).alias(c.name) for c in columns])
    is_lost = {c.name: F.col(f"text_{c.name}").isNotNull() & F.col(c.name).isNull() for c in columns}
    lost = [F.when(is_lost[c.name], F.lit(c.name)) for c in columns if c.kind != "string" and not _must_hold(c, table)]
    return values.select(
        *[_stored(c).alias(c.name) for c in columns],
        "batch_id",
        "file",
        "line_no",
        _fault(table, columns).alias("fault"),
        F.concat_ws(",", *lost).alias("unparseable"),
    )


def _text(column: Column, region: RegionalValues) -> Expression:
    """The column's text with the region's values replaced; empty is missing."""
    text = F.nullif(F.col(column.name), F.lit(""))
    if column.name in region.drop_leading_zeros:
        text = F.regexp_replace(text, "^0+(?=.)", "")
    codes = region.codes.get(column.name, {})
    replaced = [F.when(text == F.lit(code), F.lit(meant)) for code, meant in codes.items()]
    return F.coalesce(*replaced, text)


def _value(column: Column) -> Expression:
    """The text in the column's type; missing if it is not spelled as the contract asks."""
    text = F.col(f"text_{column.name}")
    if column.kind == "string":
        return text
    return F.when(text.rlike(SPELLINGS[column.kind]), text.try_cast(SPARK_TYPES[column.kind]))


def _stored(column: Column) -> Expression:
    """The value as the table keeps it: an amount that need not be filled is 0.00 when missing."""
    if column.kind == "money" and not column.required:
        return F.coalesce(F.col(column.name), F.lit(0).cast(SPARK_TYPES["money"]))
    return F.col(column.name)


def _must_hold(column: Column, table: Table) -> bool:
    return column.filled or column.name in table.key


def _fault(table: Table, columns: list[Column]) -> Expression:
    """The first fault of the row in column order, missing if it has none."""
    case = F.when(F.col(MISFIT), fault(None, FIELD_COUNT))
    for column in columns:
        if _must_hold(column, table):
            case = case.when(F.col(f"text_{column.name}").isNull(), fault(column.name, EMPTY))
            if column.kind != "string":
                case = case.when(F.col(column.name).isNull(), fault(column.name, UNPARSEABLE))
    if table.name == "fee_list_d":
        is_unnamed_refund = (F.col("cnt") < 0) & F.col("init_feedetl_sn").isNull()
        case = case.when(is_unnamed_refund, fault("init_feedetl_sn", REFUND_WITHOUT_ORIGINAL))
    return case
