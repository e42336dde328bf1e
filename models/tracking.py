"""MLflow as the record of trainings: SQLite and a folder of its own by default, a server by configuration.

What goes there are counts, measures, names of columns, plots and model files: never an id or a row.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lake import usage_data
from lake.errors import EnvironmentFailure

if TYPE_CHECKING:
    from mlflow import MlflowClient

DATABASE = "mlflow.db"
# Of requests to a server: MLflow's own seven, each later than the last, keep a person waiting for minutes.
RETRIES = "2"


@dataclass(frozen=True)
class Store:
    """Where trainings are recorded. ``server``: an MLflow tracking address; empty for the SQLite file in ``folder``."""

    folder: Path
    server: str
    name: str

    @property
    def uri(self) -> str:
        """The address by which MLflow knows the store."""
        return self.server or f"sqlite:///{(self.folder / DATABASE).resolve()}"

    def client(self) -> MlflowClient:
        """MLflow's client; the store is made if it is not there."""
        usage_data.switch_off()
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", RETRIES)
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException

        for chatty in ("mlflow", "alembic"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        try:
            if not self.server:
                self.folder.mkdir(parents=True, exist_ok=True)
            client = MlflowClient(tracking_uri=self.uri, registry_uri=self.uri)
            client.search_registered_models(max_results=1)
        except (MlflowException, OSError):
            # The address may hold a password: never shown.
            where = "model.tracking_uri" if self.server else f"model.store {self.folder}"
            raise EnvironmentFailure(f"{where}: the store of models does not answer") from None
        return client


def may_have(store: Store, alias: str) -> bool:
    """Whether a version of the store's model may have this alias, found out without MLflow, whose import costs seconds.

    True for a server, which only MLflow can ask.
    """
    if store.server:
        return True
    database = store.folder / DATABASE
    if not database.is_file():
        return False
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
        query = "SELECT count(*) FROM registered_model_aliases WHERE name = ? AND alias = ?"
        return bool(opened.execute(query, (store.name, alias)).fetchone()[0])


@dataclass(frozen=True)
class Run:
    """What is recorded of one training. ``files``: folder whose content becomes the run's artifacts."""

    parameters: Mapping[str, object]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    files: Path


def record(client: MlflowClient, store: Store, run: Run) -> tuple[str, str]:
    """Writes the run and returns its id and where its artifacts are."""
    created = client.create_run(_experiment(client, store), tags=dict(run.tags))
    run_id = created.info.run_id
    for name, value in run.parameters.items():
        client.log_param(run_id, name, value)
    for name, number in run.metrics.items():
        client.log_metric(run_id, name, number)
    client.log_artifacts(run_id, str(run.files))
    client.set_terminated(run_id)
    return run_id, created.info.artifact_uri


def _experiment(client: MlflowClient, store: Store) -> str:
    found = client.get_experiment_by_name(store.name)
    if found is not None:
        return found.experiment_id
    # Without a location of its own MLflow writes to ./mlruns of whoever happens to run it.
    location = None if store.server else (store.folder / "artifacts").resolve().as_uri()
    return client.create_experiment(store.name, artifact_location=location)
