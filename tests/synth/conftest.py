"""One small county for all tests of this folder, and its landed files as DuckDB tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
import pytest

from lake.tables import SOURCE_TABLES
from synth.profile import CountyProfile, CountyReport
from tests.synth.tiny_rules import write_tiny_rules

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PROFILE = CountyProfile(persons=160, months=4, seed=5, violations=0.5)


@dataclass
class County:
    """A generated county: where it is, what was reported, and ``landed`` tables with ``batch_id`` (all text)."""

    report: CountyReport
    rules: Path
    landed: duckdb.DuckDBPyConnection


def read_landing(folder: Path) -> duckdb.DuckDBPyConnection:
    """A table per source table: the rows of all batches; ``current_<table>`` holds the latest row of each key."""
    database = duckdb.connect()
    for table, declared in SOURCE_TABLES.items():
        parts = [read_file(path).assign(batch_id=path.parent.name) for path in sorted(folder.glob(f"*/{table}.*"))]
        if not parts:
            continue
        database.register("part", pd.concat(parts, ignore_index=True))
        database.execute(f"CREATE TABLE {table} AS SELECT * FROM part")
        database.execute(f"""
            CREATE TABLE current_{table} AS SELECT * FROM {table}
            QUALIFY row_number() OVER (PARTITION BY {", ".join(declared.key)} ORDER BY batch_id DESC) = 1
        """)
    return database


def read_file(path: Path) -> pd.DataFrame:
    """The file's rows as text; strict about its encoding."""
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    encoding = "utf-8-sig" if path.read_bytes().startswith(b"\xef\xbb\xbf") else "gb18030"
    return pd.read_csv(path, dtype=str, encoding=encoding, keep_default_na=False, na_values=[""])


@pytest.fixture(scope="session")
def county(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> County:
    """The county with planted cases."""
    from synth.county import generate

    folder = tmp_path_factory.mktemp("county")
    rules = write_tiny_rules(folder / "rules")
    report = generate(spark, folder / "landing", rules, PROFILE)
    return County(report, rules, read_landing(folder / "landing"))
