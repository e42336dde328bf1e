"""A small site: what lands, the rules, a lake, and the product's own environment, in which its commands run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.airflow.conftest import ROOT

PRODUCT = ROOT / ".venv" / "bin"
# The rows of tests/jobs/story.py; its module needs the product's environment.
WRITE = """
import sys
from pathlib import Path
from tests.jobs.story import land_batches, write_rules
folder, *batches = sys.argv[1:]
land_batches(Path(folder, "landing"), *batches)
write_rules(Path(folder, "rules"))
"""
READ = """
import json, sys
from deltalake import DeltaTable
rows = DeltaTable(sys.argv[1]).to_pyarrow_table().to_pylist()
print(json.dumps([{name: str(value) for name, value in row.items()} for row in rows]))
"""
# One core, a small JVM, persons as they came (tests/jobs/story.py).
SETTINGS = (
    "identity.mode=clear",
    "sample_share=0",
    "spark.master=local[1]",
    "spark.driver_memory=1g",
    "spark.shuffle_partitions=1",
    "spark.conf.spark.sql.adaptive.enabled=false",
)


class Site:
    """The folders of a site under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lake = folder / "lake"
        self.out = folder / "out"
        self.out.mkdir(parents=True)

    def land(self, *batches: str) -> None:
        """Lands batches of the story, and writes its rules."""
        self._product(WRITE, self.folder, *batches)

    def variables(self) -> dict[str, str]:
        """The Variables by which the DAGs know the site."""
        return {
            "fundguard_command": str(PRODUCT / "fundguard"),
            "fundguard_landing": str(self.folder / "landing"),
            "fundguard_rules": str(self.folder / "rules"),
            "fundguard_lake": str(self.lake),
            "fundguard_out": str(self.out),
        }

    def commits(self) -> dict[str, list[str]]:
        """The commits of every table."""
        logs = sorted(self.lake.glob("*/_delta_log"))
        return {log.parent.name: sorted(file.name for file in log.glob("*.json")) for log in logs}

    def rows(self, table: str, *columns: str) -> list[tuple[str, ...]]:
        """These columns of the newest rows of a table, as text, sorted."""
        found: list[dict[str, Any]] = json.loads(self._product(READ, self.lake / table))
        return sorted(tuple(row[column] for column in columns) for row in found)

    def _product(self, program: str, *words: object) -> str:
        return subprocess.run(  # noqa: S603 - the product's interpreter, a program of this file
            [PRODUCT / "python", "-c", program, *map(str, words)], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout
