"""DuckDB as an engine: embedded, no JVM. Rule tests, a single incoming visit, a small site."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from rules.engines.budget import stopped_after
from rules.engines.portable import DUCKDB_MACROS, text_literal, to_duckdb

SETTINGS = (
    # Joins in the order in which they are written, as Spark does: the optimizer's own order took the 40 types from one minute
    # to seven (docs/decisions/0070), since it cannot know how few lines a scope or a code leaves.
    "SET disabled_optimizers = 'join_order'",
    # Rules without codes meet every line by their days alone. A handful of rules is looped over; by default DuckDB sorts all
    # lines for such a join from six rows on.
    "SET nested_loop_join_threshold = 1000",
)


class DuckEngine:
    """Relations by name in one in-memory database; ``sql`` materialises each step once."""

    def __init__(self, threads: int | None = None, spill: Path | None = None, memory: str | None = None) -> None:
        self._connection = duckdb.connect()
        for setting in SETTINGS:
            self._connection.execute(setting)
        if threads:
            self._connection.execute(f"SET threads = {int(threads)}")
        if memory:
            self._connection.execute(f"SET memory_limit = {text_literal(memory.upper() + 'iB')}")
        if spill:
            self._connection.execute(f"SET temp_directory = {text_literal(str(spill))}")
        for macro in DUCKDB_MACROS:
            self._connection.execute(macro)

    def register(self, name: str, rows: pa.Table) -> None:
        """Makes relation ``name`` from an Arrow table."""
        self._connection.register("incoming_rows", rows)
        self._connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM incoming_rows')
        self._connection.unregister("incoming_rows")

    def register_files(self, name: str, files: Sequence[str], partition: Sequence[str] = ()) -> None:
        """Makes relation ``name`` a view of Parquet files; ``partition``: columns that stand in their folders' names."""
        types = ", ".join(f"'{column}': VARCHAR" for column in partition)
        hive = f", hive_partitioning = true, hive_types = {{{types}}}" if partition else ""
        listed = ", ".join(text_literal(file) for file in files)
        self._connection.execute(f'CREATE OR REPLACE VIEW "{name}" AS SELECT * FROM read_parquet([{listed}]{hive})')

    def reach(self, store: Any) -> None:
        """Lets ``register_files`` name files of an object store; ``store`` is its file system of fsspec."""
        self._connection.register_filesystem(store)

    def sql(self, name: str, text: str, reused: bool = False) -> None:
        """Makes relation ``name`` from a query in the portable subset."""
        self._connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS {to_duckdb(text)}')

    def view(self, name: str, text: str) -> None:
        """Makes relation ``name`` a view, for rows that are wide and read seldom."""
        self._connection.execute(f'CREATE OR REPLACE VIEW "{name}" AS {to_duckdb(text)}')

    def write(self, name: str, path: Path) -> None:
        """Writes all rows of relation ``name`` to a Parquet file."""
        self._connection.execute(f'COPY "{name}" TO {text_literal(str(path))} (FORMAT parquet)')

    def renew(self, name: str, text: str) -> None:
        """Makes relation ``name`` from a query that may read ``name`` as it was."""
        self.sql(name, text)

    def arrow(self, name: str) -> pa.Table:
        """All rows of relation ``name``."""
        return self._connection.sql(f'SELECT * FROM "{name}"').to_arrow_table()

    def limited(self, seconds: float) -> AbstractContextManager[None]:
        """A block whose statements are interrupted once it has taken that long: OverBudget."""
        return stopped_after(seconds, self._connection.interrupt, (duckdb.InterruptException,))

    def close(self) -> None:
        """Lets go of every relation."""
        self._connection.close()
