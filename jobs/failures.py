"""Failures of the machine that no job expects where they strike: disk, rights, a Java process that is gone. Exit code 5."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from types import FrameType

from lake.errors import EnvironmentFailure, FundguardError

FULL = {errno.ENOSPC, errno.EDQUOT}
NOT_WRITABLE = {errno.EROFS, errno.EACCES, errno.EPERM}
# As the operating system says it, in whatever Java, Arrow or DuckDB wraps around it.
NO_SPACE = "No space left on device"
NO_RIGHT = "Read-only file system"
# As pyspark says that its Java process ended before it answered.
NO_JVM = {"JAVA_GATEWAY_EXITED"}
# The client of an object store, by the name of its errors' module: most runs never load it.
OBJECT_STORE = "botocore."
# Seconds until a signal that came while an object was deleted comes again.
SOON = 0.05


def known_failure(error: Exception) -> FundguardError | None:
    """What a person can mend about ``error``; None if it is a bug of ours."""
    return error if isinstance(error, FundguardError) else machine_failure(error)


def machine_failure(error: Exception) -> EnvironmentFailure | None:
    """The failure of the machine that ``error`` comes from, in one line; None if it is another's."""
    import duckdb
    from py4j.protocol import Py4JError, Py4JNetworkError  # type: ignore[import-untyped]  # py4j ships no types
    from pyspark.errors import PySparkException

    number = error.errno if isinstance(error, OSError) else None
    text = str(error)
    if number in FULL or NO_SPACE in text:
        return EnvironmentFailure(f"{_place(error)}: no space is left there; make room and run again")
    if number in NOT_WRITABLE or NO_RIGHT in text:
        return EnvironmentFailure(f"{_place(error)}: cannot be written; give the right to it and run again")
    # An error of Java carries its trace; one without any is a call that nobody answered.
    is_unanswered = type(error) is Py4JError and "Trace:" not in text
    if is_unanswered or isinstance(error, (Py4JNetworkError, ConnectionError)):
        return EnvironmentFailure("the Java process is gone, killed or out of memory; what is published stands, run again")
    if isinstance(error, PySparkException) and error.getCondition() in NO_JVM:
        return EnvironmentFailure("Java did not start, its own lines above say why: see JAVA_HOME, JDK_JAVA_OPTIONS, memory")
    if type(error).__module__.startswith(OBJECT_STORE):
        return EnvironmentFailure(f"the object store: {text.splitlines()[0]}; mend what AWS_… says, or run again when it answers")
    if isinstance(error, duckdb.OutOfMemoryException):
        return EnvironmentFailure("the embedded engine is out of memory; raise audit.embedded_memory or free some, and run again")
    return None


def _place(error: Exception) -> str:
    """The file that an error names; a disk in general if it names none."""
    name = getattr(error, "filename", None)
    return str(name) if name else "lake or scratch folder"


def end_on_sigterm() -> None:
    """Makes SIGTERM an orderly end: one line, exit code 5, scratch folders removed on the way out."""
    signal.signal(signal.SIGTERM, _stop)
    sys.unraisablehook = _dropped


def _stop(_number: int, _frame: FrameType | None) -> None:
    print("fundguard: stopped by SIGTERM; what is published stands, run again", file=sys.stderr)
    signal.signal(signal.SIGTERM, _end)
    _end()


def _end(*_: object) -> None:
    # Not an Exception: whatever is called just now must not take it for its own failure.
    raise SystemExit(EnvironmentFailure.exit_code)


def _dropped(unraisable: sys.UnraisableHookArgs) -> None:
    """Python drops what a finalizer raises, of which PySpark runs one for each object of Java that goes: ask again."""
    if unraisable.exc_type is SystemExit:
        again = threading.Timer(SOON, os.kill, (os.getpid(), signal.SIGTERM))
        again.daemon = True  # nothing waits for it where the run has ended by then
        again.start()
    else:
        sys.__unraisablehook__(unraisable)
