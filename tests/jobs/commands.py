"""fundguard as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.jobs.story import OVERRIDES, SMALL_JVM

ROOT = Path(__file__).parents[2]


def arguments(folder: Path, month: str, *overrides: str) -> list[str]:
    """`nightly` over ``folder``/landing and /rules into /lake, on the tests' small settings."""
    options = ["--landing", folder / "landing", "--rules", folder / "rules", "--lake", folder / "lake"]
    chosen = [*OVERRIDES, *SMALL_JVM, f"spark.local_dir={folder / 'spark'}", *overrides]
    settings = [text for override in chosen for text in ("--set", override)]
    return ["nightly", *map(str, options), "--month", month, "--date", "2025-04-01", *settings]


def command(words: Sequence[str], before: Sequence[str] = ()) -> list[str]:
    """The words of the process; ``before`` wraps it."""
    return [*before, sys.executable, "-m", "jobs", *words]


def environment(**variables: str) -> dict[str, str]:
    """This process's environment without settings of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FUNDGUARD_")}
    return kept | variables


def run(words: Sequence[str], before: Sequence[str] = (), **variables: str) -> subprocess.CompletedProcess[str]:
    """What the command answered."""
    return subprocess.run(  # noqa: S603 - this interpreter, words of the tests
        command(words, before), cwd=ROOT, env=environment(**variables), capture_output=True, text=True, check=False, timeout=1200
    )
