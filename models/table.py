"""Feature tables as they come, CSV or Parquet: read as Arrow, and the labelled one checked at the edge."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from lake.errors import BadInput
from lake.landing.encoding import encoding_of, sha256_of

FORMATS = (".csv", ".parquet")
# How a label's two values are written; whatever else stands there is no label.
POSITIVE = {"1", "1.0", "true", "yes", "y", "是"}
NEGATIVE = {"0", "0.0", "false", "no", "n", "否"}

Labels = npt.NDArray[np.int8]


@dataclass(frozen=True)
class LabelledTable:
    """One row a subject: its id as text, its label 0 or 1, and every other column as it came."""

    ids: pa.Array
    labels: Labels
    columns: pa.Table
    digest: str


def read_labelled(path: Path, label: str, key: str) -> LabelledTable:
    """The file's table; BadInput if an id or label is missing, an id stands there twice, or the label is not of two values."""
    table = read_columns(path, as_text=[key])
    for option, name in (("--label", label), ("--id", key)):
        has_column(table, name, option, path.name)
    if label == key:
        raise BadInput(f"--label {label}: must be another column than --id")
    if not table.num_rows:
        raise BadInput(f"{path.name}: has no rows")
    ids = checked_ids(table, key, path.name)
    labels = _labels(table.column(label), label, path.name)
    if labels.min() == labels.max():
        raise BadInput(f"{path.name}: every row has the same {label}; both values must occur")
    return LabelledTable(ids, labels, table.drop_columns([label, key]), sha256_of(path))


def read_columns(path: Path, as_text: Sequence[str] = ()) -> pa.Table:
    """All columns of a CSV or Parquet file; those of ``as_text`` are not taken for numbers, whatever they look like."""
    if path.suffix.lower() not in FORMATS:
        raise BadInput(f"{path.name}: must end in {' or '.join(FORMATS)}")
    if not path.is_file():
        raise BadInput(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise BadInput(f"{path.name}: is empty")
    try:
        table = _csv(path, as_text) if path.suffix.lower() == ".csv" else parquet.read_table(path)
    except (pa.ArrowException, OSError):
        # The exception holds the row at fault: never shown.
        raise BadInput(
            f"{path.name}: cannot be read as {path.suffix[1:].lower()}; every row must have the header's cells"
        ) from None
    twice = next((name for name in table.column_names if table.column_names.count(name) > 1), None)
    if twice is not None:
        raise BadInput(f"{path.name}: the column {twice} stands there twice; each column must be named once")
    return table


def has_column(table: pa.Table, name: str, option: str, file: str) -> None:
    """BadInput, with the names that may have been meant, if there is no such column."""
    if name not in table.column_names:
        close = difflib.get_close_matches(name, table.column_names, n=3, cutoff=0.4) or table.column_names[:5]
        raise BadInput(f"{option} {name}: {file} has no such column; it has {', '.join(close)}, …")


def checked_ids(table: pa.Table, key: str, file: str) -> pa.Array:
    """The key column as text, every value there and once. Values are never shown: they may be persons'."""
    ids = pc.cast(table.column(key), pa.string()).combine_chunks()
    if ids.null_count:
        raise BadInput(f"{file}: {ids.null_count:,} rows have no {key}")
    repeated = len(ids) - pc.count_distinct(ids).as_py()
    if repeated:
        raise BadInput(f"{file}: {repeated:,} rows repeat the {key} of another row; each must stand there once")
    return ids


def _csv(path: Path, as_text: Sequence[str]) -> pa.Table:
    reading = csv.ReadOptions(
        encoding=encoding_of(path, path.name),
        # In one block: a column's type is decided over all its rows, not over the first ones.
        block_size=min(path.stat().st_size + 1, (1 << 31) - 1),
    )
    return csv.read_csv(
        path,
        read_options=reading,
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=dict.fromkeys(as_text, pa.string()), strings_can_be_null=True),
    )


def _labels(column: pa.ChunkedArray, label: str, file: str) -> Labels:
    values = pc.cast(column.combine_chunks(), pa.string())
    missing = pc.sum(pc.or_(values.is_null(), pc.equal(pc.utf8_lower(values.fill_null("nan")), "nan"))).as_py()
    if missing:
        raise BadInput(f"{file}: {missing:,} rows have no {label}; leave such rows out")
    lowered = pc.utf8_lower(pc.utf8_trim_whitespace(values))
    is_positive = pc.is_in(lowered, pa.array(sorted(POSITIVE)))
    is_label = pc.or_(is_positive, pc.is_in(lowered, pa.array(sorted(NEGATIVE))))
    if not pc.all(is_label).as_py():
        raise BadInput(f"{file}: {label} is not a label of two values; write 1 and 0, true and false, yes and no, or 是 and 否")
    return np.asarray(is_positive).astype(np.int8)
