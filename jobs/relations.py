"""The lake's tables as relations of an engine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlparse

from pyspark.sql import DataFrame

from jobs.ingest import current_rows
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BILL_LINE, BILL_SETTLEMENT, BILL_VISIT, CODE_DICT, SOURCE_TABLES
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine
from rules.judge import CODED_TABLES, Region

# Source tables that the bills hold already.
IN_BILLS = ("setl_d", "fee_list_d")
BILLS = {"line": BILL_LINE, "visit": BILL_VISIT, "settlement": BILL_SETTLEMENT, "code_dict": CODE_DICT}


def region_of(settings: Settings) -> Region:
    """What the statements need of the regional profile."""
    return Region(settings.med_class, settings.hosp_rank, settings.inpatient_prefixes, settings.dose_frequency)


def present_tables(lake: Lake) -> frozenset[str]:
    """The source tables that ever came; what never came is not evaluable."""
    return frozenset(name for name, table in SOURCE_TABLES.items() if lake.exists(table))


def source_frames(lake: Lake, names: Iterable[str]) -> dict[str, DataFrame]:
    """The current rows of source tables by relation name (raw_<table> where the statements add code_key)."""
    return {
        f"raw_{name}" if name in CODED_TABLES else name: current_rows(lake, SOURCE_TABLES[name]).drop(
            "batch_id", "file", "line_no"
        )
        for name in names
    }


def spark_relations(lake: Lake, engine: SparkEngine) -> None:
    """Registers bills and source tables as views."""
    for name, table in BILLS.items():
        engine.register(name, lake.read(table))
    for name, frame in source_frames(lake, set(SOURCE_TABLES) - set(IN_BILLS)).items():
        engine.register(name, frame)


def duckdb_relations(lake: Lake, engine: DuckEngine, scratch: Path) -> None:
    """Registers the bills' own files, and source tables spooled to Parquet under ``scratch``."""
    for name, table in BILLS.items():
        frame = lake.read(table)
        files = _files(frame)
        if files:
            engine.register_files(name, files, table.partition)
        else:
            engine.register(name, frame.toArrow())
    for name, frame in source_frames(lake, set(SOURCE_TABLES) - set(IN_BILLS)).items():
        folder = scratch / name
        frame.write.mode("overwrite").parquet(str(folder))
        engine.register_files(name, [str(path) for path in sorted(folder.glob("*.parquet"))])


def _files(frame: DataFrame) -> list[str]:
    """The data files of a Delta table as paths."""
    return sorted(unquote(urlparse(file).path) for file in frame.inputFiles())
