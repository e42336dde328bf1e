"""Where a trial keeps its things, and the environment that its services share."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from tools.trial.processes import Process

ROOT = Path(__file__).parents[2]
PRODUCT = ROOT / ".venv" / "bin"
AIRFLOW = ROOT / ".venv-airflow" / "bin"
USER = "admin"
# Of a made-up county, so no secret (jobs/demo.py).
DEMO_KEY = "synthetic-county-of-the-demo"
MARK = "FUNDGUARD_TRIAL"
# Log servers of tasks and triggers stand beside the port of the pages.
BESIDE = {"AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": 1, "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": 2}


@dataclass(frozen=True)
class Place:
    """``home``: what the trial makes; ``site``: landing/, rules/, lake/, proposed/ and out/ that its DAGs work on."""

    home: Path
    site: Path
    port: int
    mlflow_port: int

    @property
    def pids(self) -> Path:
        """The file of the processes that were started."""
        return self.home / "services.json"

    @property
    def mark(self) -> bytes:
        """What stands in the environment of every process of the trial."""
        return f"{MARK}={self.home}".encode()

    def started(self) -> dict[str, Process]:
        """The services that were started, by name."""
        noted = json.loads(self.pids.read_text(encoding="utf-8")) if self.pids.exists() else {}
        return {name: Process(*numbers) for name, numbers in noted.items()}

    def note(self, name: str, process: Process) -> None:
        """Adds a service that was started."""
        noted = self.started() | {name: process}
        self.pids.write_text(json.dumps({name: (one.pid, one.started) for name, one in noted.items()}), encoding="utf-8")

    @property
    def address(self) -> str:
        """Where Airflow's pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def mlflow(self) -> str:
        """Where MLflow's pages are."""
        return f"http://127.0.0.1:{self.mlflow_port}"

    def secret(self, name: str) -> str:
        """A secret of this trial, made when it is first asked for; only its owner may read it."""
        file = self.home / f"{name}.secret"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(32) + "\n", encoding="utf-8")
        return file.read_text(encoding="utf-8").strip()

    def login(self) -> str:
        """The password of the one user, which Airflow reads from a file."""
        file = self.home / "passwords.json"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(json.dumps({USER: secrets.token_urlsafe(12)}), encoding="utf-8")
        return str(json.loads(file.read_text(encoding="utf-8"))[USER])

    def environment(self) -> dict[str, str]:
        """What every service of the trial sees. What the caller's environment says of the DAGs' Variables goes first."""
        given = dict(os.environ)
        out = self.site / "out"
        variables = {
            "AIRFLOW_VAR_FUNDGUARD_COMMAND": f"{PRODUCT / 'fundguard'}",
            "AIRFLOW_VAR_FUNDGUARD_LANDING": f"{self.site / 'landing'}",
            "AIRFLOW_VAR_FUNDGUARD_RULES": f"{self.site / 'rules'}",
            "AIRFLOW_VAR_FUNDGUARD_RULES_PROPOSED": f"{self.site / 'rules'}",
            "AIRFLOW_VAR_FUNDGUARD_LAKE": f"{self.site / 'lake'}",
            "AIRFLOW_VAR_FUNDGUARD_OUT": f"{out}",
            "AIRFLOW_VAR_FUNDGUARD_BACKUP": f"{self.site / 'backup'}",
            "AIRFLOW_VAR_FUNDGUARD_IDENTITY_BACKUP": f"{self.site / 'persons'}",
            "FUNDGUARD_IDENTITY_KEY": DEMO_KEY,
        }
        return (
            variables
            | given
            | self._airflow()
            | {MARK: str(self.home), "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
        )

    def _airflow(self) -> dict[str, str]:
        folder = f"sqlite:///{self.home / 'airflow.db'}"
        return {
            "PATH": f"{AIRFLOW}:{os.environ.get('PATH', '')}",
            "AIRFLOW_HOME": str(self.home),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": os.environ.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", folder),
            "AIRFLOW__CORE__DAGS_FOLDER": os.environ.get("AIRFLOW__CORE__DAGS_FOLDER", str(ROOT / "airflow_dags")),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__PARALLELISM": "4",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.address}/execution/",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.home / "passwords.json"),
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API__BASE_URL": self.address,
            "AIRFLOW__API__SECRET_KEY": self.secret("api"),
            "AIRFLOW__API_AUTH__JWT_SECRET": self.secret("jwt"),
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            **{name: str(self.port + offset) for name, offset in BESIDE.items()},
        }
