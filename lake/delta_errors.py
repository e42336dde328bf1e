"""What Spark and Delta raise, as the failure that a person can mend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lake.errors import BadInput, EnvironmentFailure, FundguardError, IntegrityFailure, LakeBusy
from lake.tables.schema import Table


@contextmanager
def clean_errors(table: Table) -> Iterator[None]:
    """Turns what Spark and Delta raise about data, disk or another writer into one line without row values."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # py4j ships no types
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        known = _known_failure(table, str(error))
        if known is None:
            raise
        raise known from None


def _known_failure(table: Table, message: str) -> FundguardError | None:
    """The failure that a person can mend, if the message is of one; it never repeats the message."""
    if "DELTA_REPLACE_WHERE_MISMATCH" in message and "NOT_NULL" not in message:
        return IntegrityFailure(f"{table.name}: refused, a row lies outside the slice that the write owns")
    if "DELTA_NOT_NULL_CONSTRAINT_VIOLATED" in message:
        return IntegrityFailure(f"{table.name}: refused, a row has no value in a key or partition column")
    if "DELTA_CONCURRENT" in message or "ConcurrentModification" in message:
        return LakeBusy(f"{table.name}: another writer changed the table at the same time; run again")
    if "No space left" in message or "OutOfMemoryError" in message:
        return EnvironmentFailure(f"{table.name}: the machine ran out of disk or memory; make room and run again")
    if any(name in message for name in ("CAST_INVALID_INPUT", "CAST_OVERFLOW", "NUMERIC_VALUE_OUT_OF_RANGE")):
        return BadInput(f"{table.name}: a value does not fit the type of its column")
    if any(name in message for name in ("DELTA_LOG", "DELTA_MISSING_", "DELTA_VERSION_NOT_CONTIGUOUS", "FILE_NOT_EXIST")):
        return IntegrityFailure(f"{table.name}: its transaction log or a data file is damaged")
    return None
