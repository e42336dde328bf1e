"""What a publication says its tables hold: rows, and of findings and refused lines the sums. Without Spark."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from lake.places import open_parquet
from lake.table_log import TableLog, read_log
from lake.tables import FINDING, FINDING_DETL, REFUSE_LIST

# Columns whose sums are recorded: the money that a publication asks back.
SUMMED = {table.name: ("vola_amt", "fund_amt") for table in (FINDING, FINDING_DETL, REFUSE_LIST)}


def contents(lake: Path, versions: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """By table, rows and sums of the versions."""
    return {name: table_contents(read_log(lake / name), version) for name, version in sorted(versions.items())}


def table_contents(log: TableLog, version: int) -> dict[str, Any]:
    """Rows and sums of one version of a table."""
    files = log.live(version)
    columns = SUMMED.get(log.folder.name, ())
    totals = {column: Decimal("0.00") for column in columns}
    for path in files if columns else ():
        amounts = open_parquet(log.folder / path).read(list(columns))
        for column in columns:
            totals[column] += pc.sum(amounts[column]).as_py() or Decimal(0)
    return {"rows": sum(file.rows for file in files.values())} | {name: str(total) for name, total in totals.items()}
