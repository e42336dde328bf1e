"""A night needs no network."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.jobs.commands import arguments, run
from tests.jobs.story import land_batches, write_rules

# A network of its own, with nothing in it but loopback.
ALONE = ["unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "alone"]


def can_be_alone() -> bool:
    """Whether this machine lets a process have a network of its own."""
    if not (shutil.which("unshare") and shutil.which("ip")):
        return False
    return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0  # noqa: S603 - words of this file


@pytest.mark.skipif(not can_be_alone(), reason="this machine gives no process a network of its own")
def test_a_night_succeeds_with_the_network_cut_off(tmp_path: Path) -> None:
    land_batches(tmp_path / "landing", "b1")
    write_rules(tmp_path / "rules")

    done = run(arguments(tmp_path, "2025-02"), before=ALONE)

    assert done.returncode == 0, done.stderr
    assert "published as 1" in done.stderr
