"""What a table declaration is. Loads where no Spark runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

# Kinds of column and how each engine stores them. Money, counts and prices are exact decimals
# (contract, section 1 and clarification 26); times carry no zone, so that 1986's summer time cannot shift them.
SPARK_TYPES = {
    "string": "STRING",
    "date": "DATE",
    "timestamp": "TIMESTAMP_NTZ",
    "money": "DECIMAL(18,2)",
    "count": "DECIMAL(18,4)",
    "price": "DECIMAL(18,6)",
    "int": "INT",
    "bigint": "BIGINT",
    "boolean": "BOOLEAN",
    "double": "DOUBLE",
    "strings": "ARRAY<STRING>",
    "ints": "ARRAY<INT>",
}
DUCKDB_TYPES = SPARK_TYPES | {
    "string": "VARCHAR",
    "timestamp": "TIMESTAMP",
    "strings": "VARCHAR[]",
    "ints": "INTEGER[]",
}


@dataclass(frozen=True)
class Column:
    """One column: its kind (a key of ``SPARK_TYPES``) and what it means.

    ``required``: marked ``*`` in the contract: a file without the column is refused.
    ``filled``: must hold a value in every row (clarification 14), else the row is a reject.
    ``alias``: the core-database spelling that is accepted in files.
    ``identity``: ``pseudonym`` (replaced by a keyed HMAC) or ``dropped`` (never enters the lake).
    ``internal``: added by the lake, not to be found in files.
    """

    name: str
    kind: str
    meaning: str
    required: bool = False
    filled: bool = False
    alias: str | None = None
    identity: str | None = None
    internal: bool = False


@dataclass(frozen=True)
class Table:
    """A table of the lake: what a row is, its columns in order, its key and its partition columns.

    ``columns`` are all that are declared; ``stored`` (and ``names``) leave out those that never enter the lake.
    ``skip_on``: columns whose smallest and largest values the transaction log may keep, so that files can be
    skipped; never an identifying one.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    partition: tuple[str, ...] = ()
    source: bool = False  # comes from landing files
    skip_on: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = {*self.key, *self.partition, *self.skip_on} - set(self.names)
        if unknown:
            raise ValueError(f"{self.name} does not store {', '.join(sorted(unknown))}")
        telling = [name for name in (*self.partition, *self.skip_on) if self.column(name).identity]
        if telling:
            raise ValueError(f"{self.name}: {', '.join(telling)} may identify a person: not for paths or statistics")

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    @property
    def stored(self) -> tuple[Column, ...]:
        """The columns that the lake holds, in declared order."""
        return tuple(column for column in self.columns if column.identity != "dropped")

    @property
    def file_columns(self) -> tuple[Column, ...]:
        """The columns that a landing file may have, those that are dropped on the way among them."""
        return tuple(column for column in self.columns if not column.internal)

    @property
    def names(self) -> list[str]:
        """The names of the columns that the lake holds, in declared order."""
        return [column.name for column in self.stored]

    def spark_schema(self) -> StructType:
        """The schema as Spark has it, columns in declared order, every column nullable."""
        from pyspark.sql import types as T

        spark_types = {
            "string": T.StringType(),
            "date": T.DateType(),
            "timestamp": T.TimestampNTZType(),
            "money": T.DecimalType(18, 2),
            "count": T.DecimalType(18, 4),
            "price": T.DecimalType(18, 6),
            "int": T.IntegerType(),
            "bigint": T.LongType(),
            "boolean": T.BooleanType(),
            "double": T.DoubleType(),
            "strings": T.ArrayType(T.StringType()),
            "ints": T.ArrayType(T.IntegerType()),
        }
        return T.StructType([T.StructField(c.name, spark_types[c.kind]) for c in self.stored])

    def arrow_schema(self) -> pa.Schema:
        """The schema as Arrow has it, columns in declared order."""
        import pyarrow as pa

        arrow_types = {
            "string": pa.string(),
            "date": pa.date32(),
            "timestamp": pa.timestamp("us"),
            "money": pa.decimal128(18, 2),
            "count": pa.decimal128(18, 4),
            "price": pa.decimal128(18, 6),
            "int": pa.int32(),
            "bigint": pa.int64(),
            "boolean": pa.bool_(),
            "double": pa.float64(),
            "strings": pa.list_(pa.string()),
            "ints": pa.list_(pa.int32()),
        }
        return pa.schema([(c.name, arrow_types[c.kind]) for c in self.stored])

    def ddl(self) -> str:
        """The columns as CREATE TABLE lists them; key and partition columns take no missing value."""
        never_missing = {*self.key, *self.partition}
        return ", ".join(f"`{c.name}` {SPARK_TYPES[c.kind]}{' NOT NULL' if c.name in never_missing else ''}" for c in self.stored)

    def frame(self, spark: SparkSession, rows: Iterable[Sequence[object]] = ()) -> DataFrame:
        """The rows, values in the order of ``names``, as a frame."""
        from lake.frames import frame_of

        return frame_of(spark, self.arrow_schema(), rows)

    def conform(self, frame: DataFrame) -> DataFrame:
        """``frame`` with exactly the stored columns, in order and cast to their types.

        Raises Spark's AnalysisException for a missing column: a producer must say what it leaves empty.
        """
        from pyspark.sql import functions as F

        return frame.select(*[F.col(c.name).cast(SPARK_TYPES[c.kind]).alias(c.name) for c in self.stored])

    def completed(self, frame: DataFrame) -> DataFrame:
        """``frame`` with the stored columns that it lacks added at its end, without values: rows of an older layout."""
        from pyspark.sql import functions as F

        lacking = [column for column in self.stored if column.name not in frame.columns]
        if not lacking:
            return frame
        return frame.select("*", *[F.lit(None).cast(SPARK_TYPES[column.kind]).alias(column.name) for column in lacking])
