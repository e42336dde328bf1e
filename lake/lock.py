"""One writer at a time: two appends never conflict in Delta, they give duplicates."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from lake.errors import LakeBusy

LOCK_FILE = ".writer.lock"


@contextmanager
def one_writer(lake: Path) -> Iterator[None]:
    """Holds the lake for this process; LakeBusy at once if another one has it.

    The operating system lets go of it when the process ends, however it ends.
    """
    lake.mkdir(parents=True, exist_ok=True)
    lock = FileLock(lake / LOCK_FILE, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise LakeBusy(f"another writer is at work on {lake}; run again when it has ended") from None
    try:
        yield
    finally:
        lock.release()
