"""One writer at a time, across processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from lake.errors import LakeBusy
from lake.lock import one_writer

HOLD = """
import sys
from pathlib import Path
from lake.lock import one_writer
with one_writer(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""
ROOT = Path(__file__).parents[2]


def other_writer(lake: Path) -> subprocess.Popen[str]:
    """Another process that holds the lake until a line comes on its stdin."""
    holder = subprocess.Popen(  # noqa: S603 - this interpreter, text of this file
        [sys.executable, "-c", HOLD, str(lake)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_writer_is_refused_at_once_and_let_in_afterwards(tmp_path: Path) -> None:
    holder = other_writer(tmp_path)
    with pytest.raises(LakeBusy, match="another writer is at work") as refused, one_writer(tmp_path):
        pass
    assert refused.value.exit_code == 4
    holder.communicate("\n", timeout=20)
    with one_writer(tmp_path):
        pass


def test_a_killed_writer_leaves_no_lock(tmp_path: Path) -> None:
    holder = other_writer(tmp_path)
    holder.kill()
    holder.communicate(timeout=20)
    with one_writer(tmp_path):
        pass
