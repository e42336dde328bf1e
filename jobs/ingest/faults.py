"""What is wrong with a row, and how `rejects` holds it."""

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lake.tables.schema import Table

ORIGIN = ("batch_id", "file", "line_no")  # names a landed row


def fault(column: str | None, reason: str) -> Expression:
    """A fault: its column (None: the row as a whole) and its reason."""
    named = F.struct(F.lit(column).alias("column"), F.lit(reason).alias("reason"))
    return named.cast("struct<column: string, reason: string>")


def as_rejects(rows: DataFrame, table: Table) -> DataFrame:
    """Typed rows with their `fault`, in the columns of `rejects`; a key part without a value leaves its place empty."""
    key = F.concat_ws("|", *[F.coalesce(F.col(name).cast("string"), F.lit("")) for name in table.key])
    return rows.select(
        *ORIGIN,
        F.col("fault.column").alias("column"),
        F.col("fault.reason").alias("reason"),
        key.alias("key"),
        F.lit(table.name).alias("table_name"),
    )
