"""DuckDB as an engine: embedded, no JVM. Rule tests, a single incoming visit, a small site."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from rules.engines.portable import DUCKDB_MACROS, to_duckdb


class DuckEngine:
    """Relations by name in one in-memory database; ``sql`` materialises each step once."""

    def __init__(self, threads: int | None = None) -> None:
        self._connection = duckdb.connect()
        if threads:
            self._connection.execute(f"SET threads = {int(threads)}")
        for macro in DUCKDB_MACROS:
            self._connection.execute(macro)

    def register(self, name: str, rows: pa.Table) -> None:
        """Makes relation ``name`` from an Arrow table."""
        self._connection.register("incoming_rows", rows)
        self._connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM incoming_rows')
        self._connection.unregister("incoming_rows")

    def sql(self, name: str, text: str) -> None:
        """Makes relation ``name`` from a query in the portable subset."""
        self._connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS {to_duckdb(text)}')

    def arrow(self, name: str) -> pa.Table:
        """All rows of relation ``name``."""
        return self._connection.sql(f'SELECT * FROM "{name}"').to_arrow_table()
