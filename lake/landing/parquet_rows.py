"""Rows of a Parquet file: typed columns as the canonical text that a CSV file would hold."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lake.errors import BadInput
from lake.landing.chunk import Chunk, FileRows, trimmed
from lake.landing.header import Header, match_header
from lake.tables.schema import Column, Table

ROWS = 1 << 17
ZONE = "Asia/Shanghai"
SCALES = {"money": 2, "count": 4, "price": 6}
INEXACT = "more decimals than the column has"  # a text that no typing accepts


def read_parquet(path: Path, table: Table, label: str) -> FileRows:
    """The rows of ``path``, counted from 1; BadInput if it is no Parquet file or money is floating point."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError):
        raise BadInput(f"{label}: is not a readable Parquet file") from None
    names = file.schema_arrow.names
    header = match_header(table, names, label)
    for name, place in header.positions.items():
        _refuse_type(file.schema_arrow.field(place).type, table.column(name), label)
    return FileRows(header, _chunks(file, table, header, label), [])


def _refuse_type(kind: pa.DataType, column: Column, label: str) -> None:
    if pa.types.is_floating(kind) and column.kind in SCALES:
        raise BadInput(f"{label}: column {column.name} is floating point; it must be text or a decimal")
    if pa.types.is_nested(kind) or pa.types.is_time(kind) or pa.types.is_duration(kind):
        raise BadInput(f"{label}: column {column.name} has the type {kind}, which no column of a landing file may have")


def _chunks(file: pq.ParquetFile, table: Table, header: Header, label: str) -> Iterator[Chunk]:
    raw = {name: file.schema_arrow.names[place] for name, place in header.positions.items()}
    instants = {leaf.name for leaf in file.schema if leaf.physical_type == "INT96"}
    first = 1
    try:
        for batch in file.iter_batches(ROWS, columns=list(raw.values())):
            columns = {
                name: trimmed(_text(batch.column(spelling), table.column(name), spelling in instants))
                for name, spelling in raw.items()
            }
            yield Chunk(columns, pa.array(range(first, first + batch.num_rows), pa.int64()))
            first += batch.num_rows
    except (pa.ArrowException, OSError):
        # Arrow's message may quote a value.
        raise BadInput(f"{label}: a column cannot be read as text") from None


def _text(values: pa.Array, column: Column, is_instant: bool) -> pa.Array:
    """The values as text, in the form the contract asks of CSV files."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return _text(values.dictionary_decode(), column, is_instant)
    if pa.types.is_boolean(kind):
        return values.cast(pa.int8()).cast(pa.string())
    if pa.types.is_floating(kind):
        return _float_text(values)
    if pa.types.is_decimal(kind):
        return _decimal_text(values, SCALES.get(column.kind, 0))
    if pa.types.is_date(kind):
        days = values.cast(pa.date32()).cast(pa.string())
        return pc.binary_join_element_wise(days, "00:00:00", " ") if column.kind == "timestamp" else days
    if pa.types.is_timestamp(kind):
        times = _wall_clock(values, is_instant).cast(pa.string())
        return pc.replace_substring_regex(times, " 00:00:00$", "") if column.kind == "date" else times
    return values.cast(pa.string())


def _float_text(values: pa.Array) -> pa.Array:
    """Whole numbers as such (codes and flags that some writer widened), the rest as they print."""
    is_whole = pc.and_(pc.is_finite(values), pc.equal(pc.floor(values), values))
    whole = pc.if_else(is_whole, values, 0.0).cast(pa.int64(), safe=False)
    return pc.if_else(is_whole, whole.cast(pa.string()), values.cast(pa.string()))


def _decimal_text(values: pa.Array, scale: int) -> pa.Array:
    """The decimal at the column's scale if that is exact, else a text that cannot be parsed."""
    if values.type.scale <= scale:
        return values.cast(pa.string())
    cut = values.cast(pa.decimal128(values.type.precision, scale), safe=False)
    is_exact = pc.equal(cut.cast(values.type, safe=False), values)
    return pc.if_else(is_exact, cut.cast(pa.string()), INEXACT)


def _wall_clock(values: pa.Array, is_instant: bool) -> pa.Array:
    """The time as a clock in Shanghai shows it, whole seconds.

    Spark's INT96 times are instants in UTC although Arrow reads them without a zone.
    """
    if is_instant and values.type.tz is None:
        values = pc.assume_timezone(values, "UTC")
    if values.type.tz is not None:
        values = pc.local_timestamp(values.cast(pa.timestamp(values.type.unit, ZONE)))
    return pc.floor_temporal(values, unit="second").cast(pa.timestamp("s"))
