"""Typed cells (Excel, Parquet) as the text that a CSV file of the same content would hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from zipfile import BadZipFile

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet
from python_calamine import CalamineError, CalamineWorkbook

from lake.errors import BadInput

# Column that every reader adds; the sign keeps it apart from whatever a file names its own.
LINE_NO = "#line_no"


def xlsx_rows(path: Path) -> list[list[str]]:
    """The rows of the first sheet from its line 1 on, every cell as text, all of one width."""
    return next(iter(xlsx_sheets(path, 1).values()))


def xlsx_sheets(path: Path, first: int | None = None) -> dict[str, list[list[str]]]:
    """As ``xlsx_rows`` for every sheet, or the ``first`` so many, by their names."""
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names[:first]}
    except (CalamineError, BadZipFile) as error:
        raise BadInput(f"{path.name}: is no readable Excel workbook") from error
    if not sheets:
        raise BadInput(f"{path.name}: is no readable Excel workbook")
    return {name: [[_text(cell) for cell in row] for row in rows] for name, rows in sheets.items()}


def _text(cell: object) -> str:
    """A number is its shortest decimal (1.0 → 1), a date YYYY-MM-DD, a truth value 1 or 0."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float):
        return _shortest(Decimal(repr(cell)))
    if isinstance(cell, dt.datetime):
        return cell.strftime("%Y-%m-%d" if cell.time() == dt.time() else "%Y-%m-%d %H:%M:%S")
    return str(cell)


def _shortest(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parquet_text(path: Path) -> pa.Table:
    """Every column as text; a list of texts is joined by ';'."""
    try:
        table = parquet.read_table(path)
    except pa.ArrowException as error:
        raise BadInput(f"{path.name}: is no readable Parquet file") from error
    columns = [_column_text(table[number], f"{path.name}: column {name}") for number, name in enumerate(table.column_names)]
    return pa.table(columns, names=[name.strip() for name in table.column_names])


def _column_text(column: pa.ChunkedArray, where: str) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _column_text(column.cast(kind.value_type), where)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pc.binary_join(column.cast(pa.list_(pa.string())), ";")
    if pa.types.is_floating(kind):
        return _each_value(column.cast(pa.float64()), lambda value: _shortest(Decimal(repr(value))))
    if pa.types.is_decimal(kind):
        return _each_value(column, _shortest)
    if pa.types.is_timestamp(kind):
        return _each_value(column, _text)
    if pa.types.is_boolean(kind):
        return column.cast(pa.int8()).cast(pa.string())
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        raise BadInput(f"{where} is {kind}; it must be text, a number or a date")
    return column.cast(pa.string())


def _each_value(column: pa.ChunkedArray, text: Callable[..., str]) -> pa.ChunkedArray:
    """``text`` of each value, called once for each distinct one."""
    coded = column.combine_chunks().dictionary_encode()
    words = pa.array([text(value) for value in coded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([words.take(coded.indices)])
