"""An S3-compatible object store on loopback: moto's server, in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.error import URLError
from urllib.request import Request, urlopen

PATIENCE = 60.0  # seconds; nothing is asserted about time
BUCKET = "fundguard"
NAMES = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests", "AWS_REGION": "us-east-1"}


@dataclass(frozen=True)
class Store:
    """Where the store answers, and the variables that lead there."""

    endpoint: str

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a process that reads and writes the store."""
        return {**NAMES, "AWS_ENDPOINT_URL": self.endpoint}

    def lake(self, name: str) -> str:
        """A folder of the store's one bucket."""
        return f"s3://{BUCKET}/{name}"


@contextmanager
def object_store() -> Iterator[Store]:
    """The store with its bucket, until the block ends."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = int(chosen.getsockname()[1])
    store = Store(f"http://127.0.0.1:{port}")
    served = subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env=os.environ | NAMES, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _make_bucket(store)
        yield store
    finally:
        served.kill()
        served.wait()


def _make_bucket(store: Store) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            urlopen(Request(f"{store.endpoint}/{BUCKET}", method="PUT"), timeout=10).close()  # noqa: S310 - loopback
            return
        except URLError:
            assert time.monotonic() < end, "the object store did not come up"
            time.sleep(0.2)
