"""One writer at a time: two appends never conflict in Delta, they give duplicates."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from lake.errors import LakeBusy
from lake.object_lock import acquire, release
from lake.places import is_local

LOCK_FILE = ".writer.lock"


@contextmanager
def one_writer(lake: Path) -> Iterator[None]:
    """Holds the lake for this process; LakeBusy at once if another one has it.

    In a folder the operating system lets go of it when the process ends, however it ends. On an object store the lock
    outlives a killed process, and the next run judges it (lake/object_lock.py).
    """
    if not is_local(lake):
        held = acquire(lake)
        try:
            yield
        finally:
            release(lake, held)
        return
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
