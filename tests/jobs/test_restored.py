"""A lake that comes back from a backup shows what was published."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.backup import backup, restore
from tests.jobs.nights import EXPORTED, exported, settings_of
from tests.lake.test_layout import FIRST_RELEASED

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def test_a_restored_lake_exports_the_same(tmp_path: Path, spark: SparkSession) -> None:
    with tarfile.open(FIRST_RELEASED) as kept:  # a small lake that is there already, whatever its layout
        kept.extractall(tmp_path, filter="data")
    restored = tmp_path / "restored"

    backup(tmp_path / "lake", tmp_path / "store", None, settings_of())
    restore(tmp_path / "store", restored / "lake", None, None, False, settings_of())

    before = exported(tmp_path, *EXPORTED)
    assert exported(restored, *EXPORTED) == before
    # Two findings, and a line each that is refused: the tables are not empty on both sides.
    assert before["finding"].count("\n") == before["refuse_list"].count("\n") == 3
