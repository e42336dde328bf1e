"""Seconds and peak memory of one measured step."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass
class Cost:
    """Seconds of a step, CPU seconds of its process (Python with DuckDB), and the most memory it and its JVM held, in GB."""

    seconds: float = 0.0
    cpu: float = 0.0
    python_gb: float = 0.0
    jvm_gb: float = 0.0

    @property
    def driver_gb(self) -> float:
        """Both halves of the driver; their peaks need not coincide, so at most this."""
        return self.python_gb + self.jvm_gb


@contextmanager
def measured() -> Iterator[Cost]:
    """Measures its block; the kernel's high-water marks are set back first (Linux)."""
    pids = [os.getpid(), *children(os.getpid())]
    for pid in pids:
        (PROC / str(pid) / "clear_refs").write_text("5")
    cost, started, used = Cost(), time.monotonic(), time.process_time()
    yield cost
    cost.seconds = time.monotonic() - started
    cost.cpu = time.process_time() - used
    cost.python_gb = _peak_gb(os.getpid())
    cost.jvm_gb = sum(_peak_gb(pid) for pid in children(os.getpid()))


def children(pid: int) -> list[int]:
    """All processes below ``pid``."""
    found: list[int] = []
    for listed in (PROC / str(pid) / "task").glob("*/children"):
        for child in map(int, listed.read_text().split()):
            found += [child, *children(child)]
    return found


def _peak_gb(pid: int) -> float:
    status = (PROC / str(pid) / "status").read_text()
    peak = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(peak.split()[1]) / 2**20
