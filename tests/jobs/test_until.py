"""A night that stops after a step publishes nothing, and doing the step again writes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from pyspark.sql import SparkSession

from jobs.nightly import load_until
from lake.errors import GateRefused
from tests.jobs.nights import BUSINESS_DATE, settings_of, table_versions
from tests.jobs.story import land_batches, write_rules

# One of the three fee lines of batch b1 cannot be used.
STRICT = ("gate.min_rows=1", "gate.consequence.batch_file.unusable=fail")


@pytest.fixture
def folder(spark: SparkSession, tmp_path: Path) -> Path:
    """A landing and a rule folder that a night can load."""
    land_batches(tmp_path / "landing", "b1")
    write_rules(tmp_path / "rules")
    return tmp_path


def until(step: Literal["load", "gate"], folder: Path, *overrides: str) -> dict[str, list[str]]:
    """The commits of every table after a night that stopped there."""
    load_until(step, folder / "landing", folder / "rules", folder / "lake", BUSINESS_DATE, settings_of(*overrides))
    return table_versions(folder / "lake")


@pytest.mark.long  # the DAG of a night does the same steps on every change (tests/airflow)
def test_a_step_done_again_writes_nothing(folder: Path) -> None:
    loaded = until("load", folder)
    assert until("load", folder) == loaded
    assert "publications" not in loaded
    assert not (folder / "lake" / "_gate").exists()

    judged = until("gate", folder)
    assert until("gate", folder) == judged
    assert "publications" not in judged
    assert (folder / "lake" / "_gate" / "gate-2025-04-01.html").is_file()

    with pytest.raises(GateRefused, match="nothing is published"):
        until("gate", folder, *STRICT)
