"""Rule files (csv, xlsx, parquet) as all-text rows with their line numbers; nothing is typed here."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from lake.errors import BadInput
from rules.book import cells
from rules.catalogue import RULE_TYPES

FORMATS = ("csv", "xlsx", "parquet")
# Lies beside the rule files of a base that brings its catalogue of codes.
CATALOGUE = "catalogue"


@dataclass(frozen=True)
class RuleFile:
    """One file of the rule base: ``rows`` holds every named column as trimmed text (empty = null) and ``line_no``.

    ``ragged``: (line_no, reason) of rows whose number of cells does not fit the header.
    """

    rule_type_id: str
    name: str
    rows: pa.Table
    ragged: tuple[tuple[int, str], ...] = ()


def rule_files(folder: Path) -> tuple[dict[str, Path], list[str]]:
    """The file of each rule type in catalogue order, and a note for each file that is none; the catalogue's folder is none.

    Two formats of one type, or no such folder: BadInput.
    """
    if not folder.is_dir():
        raise BadInput(f"{folder}: no such folder of rule files")
    found: dict[str, Path] = {}
    notes = []
    for path in sorted(folder.iterdir()):
        if path.name == CATALOGUE and path.is_dir():
            continue
        stem, extension = path.stem, path.suffix[1:].lower()
        if stem not in RULE_TYPES or extension not in FORMATS or not path.is_file():
            notes.append(f"{path.name}: not a rule file (<rule_type_id>.csv, .xlsx or .parquet), ignored")
        elif stem in found:
            raise BadInput(f"{found[stem].name} and {path.name}: one file for each rule type, in one format")
        else:
            found[stem] = path
    return {rule_type_id: found[rule_type_id] for rule_type_id in RULE_TYPES if rule_type_id in found}, notes


def folder_digest(folder: Path) -> str:
    """SHA-256 over the names and bytes of the folder's rule files: equal digests need no second reading."""
    digest = hashlib.sha256()
    for path in rule_files(folder)[0].values():
        with path.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        digest.update(f"{path.name}\0{content}\n".encode())
    return digest.hexdigest()


def read_rule_file(rule_type_id: str, path: Path) -> RuleFile:
    """The file as text; BadInput if it cannot be read or decoded, or a column is named twice."""
    readers = {"csv": _csv_rows, "xlsx": _xlsx_rows, "parquet": _parquet_rows}
    try:
        rows, ragged = readers[path.suffix[1:].lower()](path)
    except OSError as error:
        raise BadInput(f"{path.name}: cannot be read ({error.strerror or 'damaged file'})") from error
    names = [name for name in rows.column_names if name]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(f"{path.name}: the column {twice[0]} stands there twice; each column must be named once")
    return RuleFile(rule_type_id, path.name, _tidy(rows), tuple(ragged))


Read = tuple[pa.Table, list[tuple[int, str]]]


def _tidy(rows: pa.Table) -> pa.Table:
    """Text cells trimmed, empty ones null, rows without any value left out."""
    names = [name for name in rows.column_names if name and name != cells.LINE_NO]
    columns = [pc.utf8_trim_whitespace(rows[name]) for name in names]
    filled = [pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column) for column in columns]
    tidy = pa.table([*filled, rows[cells.LINE_NO]], names=[*names, cells.LINE_NO])
    has_value: pa.ChunkedArray | None = None
    for column in filled:
        valid = pc.is_valid(column)
        has_value = valid if has_value is None else pc.or_(has_value, valid)
    return tidy if has_value is None else tidy.filter(has_value)


def _csv_rows(path: Path) -> Read:
    text = _utf8(path)
    try:
        rows = arrow_csv.read_csv(
            pa.py_buffer(text),
            arrow_csv.ReadOptions(block_size=1 << 24),
            arrow_csv.ParseOptions(newlines_in_values=b'"' in text),
            # Every column is text, whatever it looks like: 0102 is a code.
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(_header(text, path.name), pa.string())),
        )
    except pa.ArrowInvalid:
        return _careful_csv_rows(text, path.name)
    line_breaks = text.count(b"\n") + (0 if text.endswith(b"\n") else 1)
    # A blank line or a quoted line break shifts the line numbers: then they are counted one by one.
    if line_breaks != rows.num_rows + 1 or text.count(b"\r") != text.count(b"\r\n"):
        return _careful_csv_rows(text, path.name)
    line_no = pa.arange(2, rows.num_rows + 2)
    return rows.rename_columns([name.strip() for name in rows.column_names]).append_column(cells.LINE_NO, line_no), []


def _utf8(path: Path) -> bytes:
    """The file's text as UTF-8 without BOM; it may be UTF-8, with or without BOM, or GB18030."""
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).encode()
        except UnicodeDecodeError:
            continue
    raise BadInput(f"{path.name}: cannot be decoded; it must be UTF-8 or GB18030")


def _header(text: bytes, name: str) -> list[str]:
    # Enough of the text to hold the header, so that a large file is not decoded for it.
    return next(_records(text[: 1 << 16], name), (1, []))[1]


def _records(text: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each CSV record with the line on which it begins; blank lines are no record."""
    reader = csv.reader(io.StringIO(text.decode(errors="ignore"), newline=""), strict=True)
    begins = 1
    try:
        for record in reader:
            if record:
                yield begins, record
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadInput(f"{name}: line {begins} is no CSV ({error})") from error


def _careful_csv_rows(text: bytes, name: str) -> Read:
    records = _records(text, name)
    _, header = next(records, (1, []))
    return _from_records([cell.strip() for cell in header], records)


def _from_records(header: Sequence[str], records: Iterable[tuple[int, Sequence[str]]]) -> Read:
    """Columns from records; a record whose length does not fit the header is ragged."""
    kept: list[Sequence[str]] = []
    line_no, ragged = [], []
    for begins, record in records:
        if len(record) == len(header):
            kept.append(record)
            line_no.append(begins)
        elif any(cell.strip() for cell in record):
            ragged.append((begins, f"the row has {len(record)} cells; it must have {len(header)}, as the header"))
    columns = list(zip(*kept, strict=True)) or [()] * len(header)
    arrays = [pa.array(column, pa.string()) for column in columns]
    return pa.table([*arrays, pa.array(line_no, pa.int64())], names=[*header, cells.LINE_NO]), ragged


def _xlsx_rows(path: Path) -> Read:
    rows = cells.xlsx_rows(path)
    header = [cell.strip() for cell in rows[0]] if rows else []
    while header and not header[-1]:
        header.pop()
    width = len(header)
    # A sheet has no ragged rows, only cells outside the header's columns.
    records = ((number, row[:width] if not any(row[width:]) else row) for number, row in enumerate(rows[1:], start=2))
    return _from_records(header, records)


def _parquet_rows(path: Path) -> Read:
    table = cells.parquet_text(path)
    line_no = pa.arange(1, table.num_rows + 1)
    return table.append_column(cells.LINE_NO, line_no), []
