"""A small site: what lands, the rules, a lake, and the product's own environment, in which its commands run."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.airflow.conftest import ROOT
from tests.java import SMALL_COMPILER

PRODUCT = ROOT / ".venv" / "bin"
# The product's modules need its environment. Fifty persons (tests/identity/canaries.py), told from all else by name and number.
LAND = """
import sys
from pathlib import Path
from tests.identity.canaries import land_canaries
from tests.identity.sites import WOMEN_ONLY
from tests.ingest.landing import cells
from tests.rules.rulebooks import csv_file
folder = Path(sys.argv[1])
land_canaries(folder / "landing")
(folder / "rules").mkdir()
csv_file(folder / "rules", "V02", cells(WOMEN_ONLY))
"""
# Three months, of which each corrects the one before (tests/jobs/story.py).
LAND_MONTHS = """
import sys
from pathlib import Path
from tests.jobs.story import land_batches, write_rules
folder, *batches = sys.argv[1:]
land_batches(Path(folder, "landing"), *batches)
write_rules(Path(folder, "rules"))
"""
# The nights of these batches and days, one after the other without Airflow.
NIGHTS = """
import json, sys
from datetime import date
from pathlib import Path
from jobs.nightly import load_and_judge
from jobs.settings import load_settings
from tests.jobs.story import land_batches, write_rules
folder, months, settings = Path(sys.argv[1]), json.loads(sys.argv[2]), load_settings(json.loads(sys.argv[3]))
for batch, day in months:
    landing = land_batches(folder / "landing", batch)
    load_and_judge(landing, write_rules(folder / "rules"), folder / "lake", [day[:7]], date.fromisoformat(day), settings)
"""
# Ends at once: threads of the reader that are still there when Python ends abort the process, every other time.
READ = """
import json, os, sys
from deltalake import DeltaTable
rows = DeltaTable(sys.argv[1]).to_pyarrow_table().to_pylist()
print(json.dumps([{name: str(value) for name, value in row.items()} for row in rows]), flush=True)
os._exit(0)
"""
# Airflow's database holds JSON, which may spell a name in escapes.
SEARCH = r"""
import json, re, sys
from pathlib import Path
from tests.identity.canaries import found_in
plain = lambda content: re.sub(rb"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)).encode("utf-8", "replace"), content)
files = [file for file in Path(sys.argv[1]).rglob("*") if file.is_file()]
found = {str(file): sorted(found_in(file.read_bytes()) | found_in(plain(file.read_bytes()))) for file in files}
print(json.dumps({name: words for name, words in found.items() if words}))
"""
KEY = "the-key-of-this-site"
SMALL_JVM = {"JDK_JAVA_OPTIONS": SMALL_COMPILER}
# One core, a small JVM (tests/jobs/story.py), no persons in the lake, a gate that binds from one row on.
SETTINGS = (
    "identity.mode=hmac",
    "sample_share=0",
    "gate.min_rows=1",
    "spark.master=local[1]",
    "spark.driver_memory=1g",
    "spark.shuffle_partitions=1",
    "spark.conf.spark.sql.adaptive.enabled=false",
    "spark.conf.spark.buffer.pageSize=1m",
)
REPORTED = (*SETTINGS, "gate.mode=report")
NOT_OF_THE_NIGHT = {"_runs", "_lock"}


class Site:
    """The folders of a site under one folder, and the key of its persons."""

    def __init__(self, folder: Path, key: str = KEY) -> None:
        self.folder = folder
        self.key = key
        self.lake = folder / "lake"
        self.out = folder / "out"
        self.out.mkdir(parents=True, exist_ok=True)

    def land(self) -> None:
        """Lands the canaries, and rules that find some of them."""
        self._product(LAND, self.folder)

    def land_months(self, *batches: str) -> None:
        """Lands these batches of the three months, and their rules."""
        self._product(LAND_MONTHS, self.folder, *batches)

    def nights(self, months: Sequence[tuple[str, str]], settings: Sequence[str]) -> None:
        """Publishes these nights, in this order."""
        self._product(NIGHTS, self.folder, json.dumps(months), json.dumps(settings))

    def run(self, *words: str) -> str:
        """What the product said to a command."""
        done = subprocess.run(  # noqa: S603 - the product's command, words of the tests
            [PRODUCT / "fundguard", *words], cwd=ROOT, env=self._product_environment(),
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def environment(self) -> dict[str, str]:
        """The Variables and the Connection by which the DAGs know the site."""
        variables = {
            "command": str(PRODUCT / "fundguard"),
            "landing": str(self.folder / "landing"),
            "rules": str(self.folder / "rules"),
            "rules_proposed": str(self.folder / "rules"),
            "lake": str(self.lake),
            "out": str(self.out),
            "backup": str(self.folder / "backup"),
            "identity_backup": str(self.folder / "persons"),
        }
        identity = json.dumps({"conn_type": "generic", "password": self.key})
        named = {f"AIRFLOW_VAR_FUNDGUARD_{name.upper()}": value for name, value in variables.items()}
        return named | SMALL_JVM | {"AIRFLOW_CONN_FUNDGUARD_IDENTITY": identity}

    def digests(self) -> dict[str, str]:
        """What lies in the lake, byte by byte, but for the records of runs."""
        files = (file for file in sorted(self.lake.rglob("*")) if file.is_file())
        named = {file.relative_to(self.lake): file for file in files}
        return {
            str(name): hashlib.sha256(file.read_bytes()).hexdigest()
            for name, file in named.items()
            if name.parts[0] not in NOT_OF_THE_NIGHT
        }

    def rows(self, table: str, *columns: str) -> list[tuple[str, ...]]:
        """These columns of the newest rows of a table, or all, as text, sorted."""
        found: list[dict[str, Any]] = json.loads(self._product(READ, self.lake / table))
        return sorted(tuple(row[column] for column in columns or sorted(row)) for row in found)

    def persons_below(self, folder: Path) -> dict[str, list[str]]:
        """The files below the folder in which a landed person's name, number, certificate or telephone stands."""
        found: dict[str, list[str]] = json.loads(self._product(SEARCH, folder))
        return found

    def _product_environment(self) -> dict[str, str]:
        return os.environ | SMALL_JVM | {"FUNDGUARD_IDENTITY_KEY": self.key}

    def _product(self, program: str, *words: object) -> str:
        return subprocess.run(  # noqa: S603 - the product's interpreter, a program of this file
            [PRODUCT / "python", "-c", program, *map(str, words)],
            cwd=ROOT, env=self._product_environment(), check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
