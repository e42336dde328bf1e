"""One writer on an object store: an object that only one may create, and that says who holds the lake."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import socket
import tempfile
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from filelock import FileLock

from lake.errors import EnvironmentFailure, LakeBusy
from lake.runs import process_mark

LOCK_OBJECT = ".writer.lock"


@dataclass(frozen=True)
class Holder:
    """A process that holds a lake. Two processes never have the same ``token``; the rest tells where to look for it."""

    token: str
    user: str
    host: str
    pid_space: str
    pid: int
    process: str

    @property
    def named(self) -> str:
        """For a person to find it."""
        if self == UNKNOWN:
            return f"an object {LOCK_OBJECT} that names nobody, as a lake copied from a folder brings one"
        return f"process {self.pid} of {self.user} on {self.host}"


# Of an object that no run here wrote.
UNKNOWN = Holder(token="", user="", host="", pid_space="", pid=0, process="")


def acquire(lake: Path) -> Holder:
    """Takes the lake for this process; LakeBusy if another one holds it.

    A lock whose process has ended on this machine is replaced. One of another machine is left: only a person can know
    whether it still works (`fundguard unlock`).
    """
    me = _this_process()
    if not _create(lake, me):
        _take_over(lake, me)
    if _create(lake, me):
        raise EnvironmentFailure(
            f"{lake}: this store overwrites objects that must only be created (If-None-Match), so no lock holds"
        )
    return me


def _take_over(lake: Path, me: Holder) -> None:
    """Replaces the lock of a process that has ended; LakeBusy if it has not."""
    name = hashlib.sha256(str(lake).encode()).hexdigest()[:16]
    # Two runs of this machine that judged the same dead lock would take away each other's new one.
    with FileLock(Path(tempfile.gettempdir()) / f"fundguard-{os.getuid()}-{name}.lock"):
        other = holder(lake)
        if other is not None and not _has_ended(other):
            raise LakeBusy(
                f"another writer is at work on {lake}: {other.named}; run again when it has ended. If it is gone for good, "
                f"`fundguard unlock --lake {lake} --force` takes its lock away"
            )
        release(lake, other)
        if not _create(lake, me):
            raise LakeBusy(f"another writer has just begun on {lake}; run again when it has ended")


def release(lake: Path, held: Holder | None) -> None:
    """Lets go of the lake, if it is held by ``held`` still."""
    if held is not None and holder(lake) == held:
        (lake / LOCK_OBJECT).unlink()


def holder(lake: Path) -> Holder | None:
    """Who holds the lake; None if nobody does, UNKNOWN if the object does not say."""
    try:
        return Holder(**json.loads((lake / LOCK_OBJECT).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        return UNKNOWN


def _create(lake: Path, me: Holder) -> bool:
    """Makes the object unless there is one, which the store itself decides; whether it was made."""
    try:
        with cast(Any, lake / LOCK_OBJECT).open("xb") as file:
            file.write(json.dumps(asdict(me)).encode())
    except FileExistsError:
        return False
    return True


def _this_process() -> Holder:
    return Holder(
        token=uuid.uuid4().hex,
        user=getpass.getuser(),
        host=socket.gethostname(),
        pid_space=_pid_space(),
        pid=os.getpid(),
        process=process_mark(os.getpid()),
    )


def _has_ended(other: Holder) -> bool:
    """Whether the process is known to have ended: it ran on this machine since its last start, and there is none such now."""
    since_start = process_mark(os.getpid()).partition(":")[0]
    is_of_here = (other.process.partition(":")[0], other.pid_space) == (since_start, _pid_space())
    return is_of_here and process_mark(other.pid) != other.process


def _pid_space() -> str:
    """Process numbers of different containers are not of one count."""
    return os.readlink("/proc/self/ns/pid")
