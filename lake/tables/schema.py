"""What a table declaration is. Loads where no Spark runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
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
    """

    name: str
    kind: str
    meaning: str
    required: bool = False
    filled: bool = False
    alias: str | None = None
    identity: str | None = None


@dataclass(frozen=True)
class Table:
    """A table of the lake: what a row is, its columns in order, its key and its partition columns."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    partition: tuple[str, ...] = ()
    source: bool = False  # comes from landing files

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def spark_schema(self) -> StructType:
        """The schema as Spark has it, columns in declared order."""
        from pyspark.sql.types import StructType

        return StructType.fromDDL(", ".join(f"`{c.name}` {SPARK_TYPES[c.kind]}" for c in self.columns))

    def conform(self, frame: DataFrame) -> DataFrame:
        """``frame`` with exactly the declared columns, in order and cast to their types.

        Raises Spark's AnalysisException for a missing column: a producer must say what it leaves empty.
        """
        from pyspark.sql import functions as F

        return frame.select(*[F.col(c.name).cast(SPARK_TYPES[c.kind]).alias(c.name) for c in self.columns])
