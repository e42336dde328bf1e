"""`python -m tools.trial up|down [site]`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tools.trial.place import AIRFLOW, PRODUCT, ROOT, USER, Place
from tools.trial.processes import Process, end, family, start

SECONDS = 600  # until the services must answer; Airflow takes one minute on two idle cores, and many on busy ones
PARTS = ("api-server", "scheduler", "dag-processor", "triggerer")


def place_of(site: str) -> Place:
    """The trial of this folder; home and ports may be given by the environment."""
    home = Path(os.environ.get("FUNDGUARD_TRIAL_HOME", ROOT / "trial")).absolute()
    port, mlflow_port = (int(os.environ.get(name, default)) for name, default in (("AIRFLOW_PORT", 8080), ("MLFLOW_PORT", 5000)))
    return Place(home, Path(site).absolute(), port, mlflow_port)


def up(place: Place) -> None:
    """Makes the database and the pool, starts the services, waits until all answer, says where they are."""
    if living(place):
        wait(place)
        say(place)
        return
    for port in (place.port, place.port + 1, place.port + 2, place.mlflow_port):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                sys.exit(f"port {port} is taken; choose others: make up AIRFLOW_PORT=… MLFLOW_PORT=…")
    place.home.mkdir(parents=True, exist_ok=True)
    (place.site / "out").mkdir(parents=True, exist_ok=True)
    place.login()
    environment = place.environment()
    for words in (["db", "migrate"], ["pools", "import", str(ROOT / "airflow_dags" / "pools.json")]):
        done = subprocess.run([AIRFLOW / "airflow", *words], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            sys.exit(f"airflow {' '.join(words)}: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
    for name, words in services(place).items():
        place.note(name, start(words, environment, place.home / f"{name}.log"))
    wait(place)
    say(place)


def services(place: Place) -> dict[str, list[str]]:
    """The words that start each service."""
    store = ROOT / "mlflow"
    store.mkdir(exist_ok=True)
    mlflow = ["server", "--host", "127.0.0.1", "--port", str(place.mlflow_port), "--workers", "1"]
    mlflow += ["--backend-store-uri", f"sqlite:///{store / 'mlflow.db'}", "--default-artifact-root", str(store / "artifacts")]
    return {name: [str(AIRFLOW / "airflow"), name] for name in PARTS} | {"mlflow": [str(PRODUCT / "mlflow"), *mlflow]}


def wait(place: Place) -> None:
    """Until every part says that it is healthy; a part that ends ends the trial."""
    until = time.monotonic() + SECONDS
    while not healthy(place):
        now = living(place)
        gone = [name for name, process in place.started().items() if process not in now]
        if gone or time.monotonic() > until:
            logs = ", ".join(str(place.home / f"{name}.log") for name in gone or place.started())
            down(place)
            sys.exit(f"{', '.join(gone) or 'the services'} did not come up; see {logs}")
        time.sleep(1)


def healthy(place: Place) -> bool:
    """Whether Airflow's four parts and MLflow answer."""
    try:
        with urllib.request.urlopen(f"{place.address}/api/v2/monitor/health", timeout=5) as answer:  # noqa: S310 - loopback
            parts = json.load(answer)
        with urllib.request.urlopen(f"{place.mlflow}/health", timeout=5) as answer:  # noqa: S310 - loopback
            return answer.status == 200 and all(part.get("status") == "healthy" for part in parts.values())
    except (urllib.error.URLError, OSError, ValueError):
        return False


def living(place: Place) -> set[Process]:
    """The processes of this trial."""
    return family(place.started().values(), place.mark)


def say(place: Place) -> None:
    """Prints addresses, login, and what to try."""
    print(f"Airflow  {place.address}   user {USER}, password {place.login()}")
    print(f"MLflow   {place.mlflow}   no login")
    print(f"site     {place.site} (landing/, rules/, lake/, out/); logs in {place.home}")
    print("DAGs are paused: unpause one and trigger it with a logical date, the night after the business date. End: make down")


def down(place: Place) -> None:
    """Ends what the trial started and every child of it."""
    started = place.started()
    if left := end(started.values(), place.mark):
        sys.exit(f"these processes do not end: {sorted(one.pid for one in left)}")
    place.pids.unlink(missing_ok=True)
    print(f"{len(started)} services ended")


if __name__ == "__main__":
    {"up": up, "down": down}[sys.argv[1]](place_of(sys.argv[2]))
