"""An engine that only plans: physical plans of every statement, over relations of realistic size, nothing executed."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import to_arrow_schema


class PlanningEngine:
    """Relations by name as files; what a statement would make is an empty file of the same columns.

    ``nodes`` counts scans of bill_line and shuffles, for each relation that Spark would make.
    """

    def __init__(self, spark: SparkSession, folder: Path) -> None:
        self._spark, self._folder = spark, folder
        self.nodes: dict[str, tuple[int, int]] = {}

    def register(self, name: str, rows: pa.Table) -> None:
        """Makes relation ``name`` from an Arrow table."""
        path = self._folder / name / f"{len(self.nodes)}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows, path, compression="none", use_dictionary=False)
        self._spark.read.parquet(str(path)).createOrReplaceTempView(name)

    def sql(self, name: str, text: str, reused: bool = False) -> None:
        """Plans the query where Spark would run it; else it is part of its reader's plan."""
        if reused:
            self.renew(name, text)
        else:
            self._spark.sql(text).createOrReplaceTempView(name)

    def renew(self, name: str, text: str) -> None:
        """Plans the query, whose rows are read from then on."""
        frame = self._spark.sql(text)
        self._count(name, frame)
        self.register(name, to_arrow_schema(frame.schema).empty_table())

    def arrow(self, name: str) -> pa.Table:
        """What settles every repeated statement: nothing is open."""
        return pa.table({"open_rows": [0]})

    def finish(self, *results: str) -> None:
        """Plans what is read at the end."""
        for name in results:
            self._count(name, self._spark.table(name))

    def total(self) -> tuple[int, int]:
        """Scans of bill_line and shuffles of it in the whole audit."""
        return sum(scans for scans, _ in self.nodes.values()), sum(shuffles for _, shuffles in self.nodes.values())

    def _count(self, name: str, frame: DataFrame) -> None:
        plan = frame._jdf.queryExecution().executedPlan().toString()
        self.nodes[name] = scans_and_shuffles(plan, f"{self._folder}/line/")


def scans_and_shuffles(plan: str, path: str) -> tuple[int, int]:
    """Scans of the files below ``path`` in a plan's text, and how many of them are shuffled: the next exchange moves them."""
    above: list[tuple[int, str]] = []
    scans = shuffles = 0
    for line in plan.splitlines():
        indent = re.match(r"[ :]*(?:[+:]- )?", line)
        depth = indent.end() if indent else 0
        above = [node for node in above if node[0] < depth]
        above.append((depth, line[depth:]))
        if "FileScan parquet" in line and path in line:
            exchanges = [text for _, text in above if re.match(r"(?:Broadcast)?Exchange ", text)]
            scans += 1
            shuffles += bool(exchanges) and exchanges[-1].startswith("Exchange ")
    return scans, shuffles
