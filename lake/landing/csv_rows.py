"""Rows of a CSV file: RFC 4180 with a header line, UTF-8 or GB18030, every value as text."""

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv

from lake.errors import BadInput
from lake.landing.chunk import Chunk, FileRows, row_mask, trimmed
from lake.landing.encoding import blocks, encoding_of
from lake.landing.header import Header, match_header
from lake.tables.schema import Table

# Also the longest row that can be read. 4 to 64 MiB parse equally fast; a block is what is in memory at a time.
BLOCK = 16 << 20
SMALL = 1 << 20


def read_csv(path: Path, table: Table, label: str) -> FileRows:
    """The rows of ``path``; BadInput if it cannot be decoded, lacks a column or ends within quotes."""
    encoding = encoding_of(path, label)
    header = match_header(table, _header_names(path, encoding, label), label)
    _refuse_open_quotes(path, encoding, label)
    misfits: list[int] = []
    return FileRows(header, _chunks(path, encoding, header, misfits, label), misfits)


def _header_names(path: Path, encoding: str, label: str) -> list[str]:
    with path.open(encoding=encoding, newline="") as stream:
        try:
            return next(csv.reader(line.removeprefix("\ufeff") for line in stream))
        except (StopIteration, csv.Error):
            raise BadInput(f"{label}: has no header line") from None


def _refuse_open_quotes(path: Path, encoding: str, label: str) -> None:
    """BadInput if a quote is never closed: Arrow would take the rest of the file for one value.

    In a well-formed file the quotes are even in number; only an odd one is worth the slow look.
    """
    if sum(block.count(b'"') for block in blocks(path)) % 2 == 0:
        return
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding=encoding, newline="") as stream:
        rows = csv.reader((line.removeprefix("\ufeff") for line in stream), strict=True)
        try:
            for _ in rows:
                pass
        except csv.Error:
            message = f"{label}: a quote that opens at or before line {rows.line_num} is not closed as RFC 4180 asks"
            raise BadInput(message) from None


def _chunks(path: Path, encoding: str, header: Header, misfits: list[int], label: str) -> Iterator[Chunk]:
    """The rows a block at a time; rows of another width are left out and their lines added to ``misfits``.

    Line numbers count records: line breaks within quotes do not count, blank lines do.
    """

    def set_aside(row: pcsv.InvalidRow) -> str:
        misfits.append(row.number)
        return "skip"

    next_line = 2
    try:
        reader = pcsv.open_csv(_source(path), **_options(encoding, header, set_aside))
        for batch in reader:
            if batch.num_rows == 0:
                continue
            lines = _line_numbers(next_line, batch.num_rows, misfits)
            next_line = int(lines[-1]) + 1
            is_row = row_mask(batch)
            rows = batch.filter(is_row)
            columns = {name: trimmed(rows.column(str(place))) for name, place in header.positions.items()}
            yield Chunk(columns, pa.array(lines, pa.int64()).filter(is_row))
    except pa.ArrowInvalid:
        # Arrow's message may quote the row.
        raise BadInput(f"{label}: is not a CSV file, or holds a row of more than {BLOCK >> 20} MiB") from None


def _options(encoding: str, header: Header, set_aside: object) -> dict:
    """Arrow's options: one thread, so that rows of another width come with their numbers; all columns text."""
    names = [str(place) for place in range(header.width)]
    return {
        "read_options": pcsv.ReadOptions(
            use_threads=False, block_size=BLOCK, encoding=encoding, column_names=names, skip_rows_after_names=1
        ),
        "parse_options": pcsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=set_aside),
        "convert_options": pcsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    }


def _source(path: Path) -> object:
    """What Arrow reads: it stumbles over a header without a line break behind it, so small files get one."""
    if path.stat().st_size >= SMALL:
        return str(path)
    return io.BytesIO(path.read_bytes() + b"\n") if not path.read_bytes().endswith((b"\n", b"\r")) else str(path)


def _line_numbers(first: int, count: int, misfits: list[int]) -> np.ndarray:
    """The next ``count`` line numbers from ``first`` on that are no misfit's."""
    behind = np.array([line for line in misfits if line >= first], dtype=np.int64)
    candidates = np.arange(first, first + count + len(behind), dtype=np.int64)
    return np.setdiff1d(candidates, behind, assume_unique=True)[:count]
