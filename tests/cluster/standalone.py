"""A standalone Spark cluster on loopback: a master and workers of one core, each in a process group of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pyspark

from tests.jobs.commands import ROOT

PATIENCE = 90.0  # seconds; nothing is asserted about time
HOST = "127.0.0.1"
HOME = Path(pyspark.__file__).parent
# The rows of a failing task stay out of an executor's log only if its machine says so (docs/cluster.md).
LOGGING = ROOT / "lake" / "log4j2.properties"


@dataclass(frozen=True)
class Cluster:
    """Where its master answers, and its workers' processes."""

    master: str
    workers: tuple[subprocess.Popen[bytes], ...]

    def kill_worker(self) -> None:
        """As a machine that goes down: one worker with its executors, at once."""
        os.killpg(self.workers[0].pid, signal.SIGKILL)


@contextmanager
def standalone_cluster(folder: Path, workers: int = 2, memory: str = "1g") -> Iterator[Cluster]:
    """A master that so many workers have joined, until the block ends; what they write lies in ``folder``."""
    port, page = _free_port(), _free_port()
    master = f"spark://{HOST}:{port}"
    with ExitStack() as running:
        at = ["--host", HOST, "--port", str(port), "--webui-port", str(page)]
        running.enter_context(_process(folder / "master", "org.apache.spark.deploy.master.Master", *at))
        joined = tuple(running.enter_context(_worker(folder / f"worker-{number}", master, memory)) for number in range(workers))
        _wait_for(f"http://{HOST}:{page}/json/", workers)
        yield Cluster(master, joined)


@contextmanager
def _worker(folder: Path, master: str, memory: str) -> Iterator[subprocess.Popen[bytes]]:
    at = ["--host", HOST, "--port", "0", "--webui-port", "0", "--cores", "1", "--memory", memory]
    with _process(folder, "org.apache.spark.deploy.worker.Worker", *at, "--work-dir", str(folder / "work"), master) as process:
        yield process


@contextmanager
def _process(folder: Path, main: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Spark's with settings, scratch and log of its own, killed with its children at the end."""
    (folder / "conf").mkdir(parents=True)
    shutil.copy(LOGGING, folder / "conf")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FUNDGUARD_", "PYSPARK_", "SPARK_"))}
    own = {
        "SPARK_HOME": str(HOME),
        "SPARK_CONF_DIR": str(folder / "conf"),
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_DAEMON_MEMORY": "256m",
    }
    with folder.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - Spark's own script, words of this file
            [str(HOME / "bin" / "spark-class"), main, *words],
            env=kept | own, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(page: str, workers: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(page, timeout=10) as answer:  # noqa: S310 - loopback
                if json.load(answer)["aliveworkers"] == workers:
                    return
        except URLError:
            pass
        assert time.monotonic() < end, "the cluster did not come up"
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind((HOST, 0))
        return int(chosen.getsockname()[1])
