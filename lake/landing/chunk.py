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


def without_blank_rows(chunk: Chunk) -> Chunk:
    """The chunk without the rows that hold no value at all: blank lines are no rows."""
    columns = list(chunk.columns.values())
    if any(values.null_count == 0 for values in columns):
        return chunk
    blank = pc.is_null(columns[0])
    for values in columns[1:]:
        blank = pc.and_(blank, pc.is_null(values))
    kept = pc.invert(blank)
    return Chunk({name: values.filter(kept) for name, values in chunk.columns.items()}, chunk.line_no.filter(kept))
