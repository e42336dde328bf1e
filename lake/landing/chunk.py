"""What both file formats are read into."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from lake.landing.header import Header


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file as trimmed text, with their line numbers."""

    columns: dict[str, pa.Array]
    line_no: pa.Array


@dataclass
class FileRows:
    """A file being read: its header, its chunks, and the lines with too few or too many fields.

    ``misfits`` is complete once ``chunks`` is exhausted.
    """

    header: Header
    chunks: Iterator[Chunk]
    misfits: list[int]


def trimmed(values: pa.Array) -> pa.Array:
    """The text without blanks around it (full-width ones too)."""
    return pc.utf8_trim_whitespace(values)


def row_mask(lines: pa.RecordBatch) -> pa.BooleanArray:
    """False for a line without any value, ignored columns included: blank lines are no rows."""
    if any(values.null_count == 0 for values in lines.columns):
        return pa.repeat(True, lines.num_rows)
    is_row = pc.is_valid(lines.column(0))
    for values in lines.columns[1:]:
        is_row = pc.or_(is_row, pc.is_valid(values))
    return is_row
