"""A real Airflow of the tests' own: SQLite in a folder of its own, the project's DAGs, nothing sent anywhere."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from airflow.sdk import DAG

ROOT = Path(__file__).parents[2]
HOME = Path(tempfile.mkdtemp(prefix="fundguard-airflow-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

# Airflow reads these when it is imported, which no module of the tests does before this one.
os.environ |= {
    "AIRFLOW_HOME": str(HOME),
    "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "airflow_dags"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
}
sys.path.append(str(ROOT / "airflow_dags"))


@pytest.fixture(scope="session")
def metadata() -> Path:
    """The folder of an Airflow whose database is made."""
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
    return HOME


@pytest.fixture(scope="session")
def dags() -> dict[str, DAG]:
    """The project's DAGs by name, parsed as the DAG processor does; an import error fails every test."""
    return _parsed()


@pytest.fixture(scope="session")
def runnable(metadata: Path) -> dict[str, DAG]:
    """The same, parsed again for dag.test(), which knows no deadlines and waits for every retry."""
    from datetime import timedelta

    dags = _parsed()
    for dag in dags.values():
        dag.deadline = []
        for task in dag.tasks:
            task.retry_delay = timedelta(0)
    return dags


def _parsed() -> dict[str, DAG]:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(ROOT / "airflow_dags")
    assert bag.import_errors == {}
    return dict(bag.dags)
