"""What a model looks at: declared once over the rows it learns from, found again by name in any table that is scored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lake.errors import BadInput
from lake.tables import SOURCE_TABLES

NUMBER: Literal["number"] = "number"
CATEGORY: Literal["category"] = "category"
# A category of fewer rows says more of these rows than of the category: it counts as missing.
LEAST_ROWS = 5
# From this many rows on, whole numbers that are all distinct and leave hardly a gap are a row number, not a quantity.
LEAST_NUMBERED = 100
NUMBERED_GAPS = 1.2
# Columns of a person: as features their values would stand in the model.
OF_PERSONS = frozenset(column.name for table in SOURCE_TABLES.values() for column in table.columns if column.identity)
ROW_NUMBER = "numbers its rows: an id, or an order that new rows do not have"

NO_UNITS: Mapping[str, str] = MappingProxyType({})

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Feature:
    """One column of the matrix. ``typical``: median or most frequent value of the rows learnt from, None if there is none.

    ``unit``: that of lake/tables/feature.py in which reasons tell its values; empty for a plain number.
    """

    name: str
    name_zh: str
    kind: Literal["number", "category"]
    categories: tuple[str, ...]
    typical: float | str | None
    unit: str = ""


@dataclass(frozen=True)
class LeftOut:
    """A column that the model does not look at."""

    name: str
    reason: str


def declare(
    columns: pa.Table,
    learnt: Sequence[int] | npt.NDArray[np.int64],
    names_zh: Mapping[str, str],
    most_categories: int,
    units: Mapping[str, str] = NO_UNITS,
) -> tuple[tuple[Feature, ...], tuple[LeftOut, ...]]:
    """The features among the columns, in byte order of their names, and the columns that can be none.

    Categories and typical values are those of the rows ``learnt``; no label is looked at. A column without a name in
    ``names_zh`` is spoken of by its own.
    """
    features, left_out = [], []
    rows = pa.array(learnt)
    for name in sorted(columns.column_names):
        column = columns.column(name).combine_chunks()
        # Over all rows: a part of them leaves gaps.
        if name in OF_PERSONS:
            found: Feature | str = "says who a person is"
        elif _is_row_number(column):
            found = ROW_NUMBER
        else:
            found = _declared(name, names_zh.get(name, name), column.take(rows), most_categories)
        if isinstance(found, Feature):
            features.append(replace(found, unit=units.get(name, "")))
        else:
            left_out.append(LeftOut(name, found))
    return tuple(features), tuple(left_out)


def matrix(columns: pa.Table | pa.RecordBatch, features: Sequence[Feature], where: str) -> Matrix:
    """One float64 column for each feature, taken by name; missing is NaN. BadInput for a column that is missing or mistyped."""
    missing = [feature.name for feature in features if feature.name not in columns.schema.names]
    if missing:
        raise BadInput(f"{where}: {len(missing)} columns of the model are missing: {_some(missing)}")
    values = np.empty((columns.num_rows, len(features)), dtype=np.float64)
    for place, feature in enumerate(features):
        values[:, place] = _numbers(columns.column(feature.name), feature, where)
    return values


def list_hash(features: Sequence[Feature]) -> str:
    """SHA-256 over names, kinds and categories, in order."""
    said = [[feature.name, feature.kind, *feature.categories] for feature in features]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


def written(features: Sequence[Feature]) -> list[dict[str, object]]:
    """The features as JSON holds them."""
    return [asdict(feature) | {"categories": list(feature.categories)} for feature in features]


def read_back(rows: Sequence[Mapping[str, object]]) -> tuple[Feature, ...]:
    """What ``written`` wrote."""
    return tuple(Feature(**{**row, "categories": tuple(row["categories"])}) for row in rows)  # type: ignore[arg-type]


def _declared(name: str, name_zh: str, column: pa.Array, most_categories: int) -> Feature | str:
    """The feature that a column makes, or why it is none."""
    if _is_number(column.type):
        values = _finite(column)
        present = values[~np.isnan(values)]
        if len(np.unique(present)) + (len(present) < len(values)) < 2:
            return "constant" if len(present) else "no value"
        return Feature(name, name_zh, NUMBER, (), float(np.median(present)))
    if not _is_text(column.type):
        return f"values of the type {column.type}"
    counts = sorted(_counts(column), key=lambda count: (-count[1], count[0]))
    if len(counts) + (column.null_count > 0) < 2:
        return "constant" if counts else "no value"
    frequent = [value for value, rows in counts if rows >= LEAST_ROWS]
    if not frequent:
        return f"a text whose {len(counts):,} values hardly repeat"
    if len(frequent) > most_categories:
        return f"a text of {len(frequent):,} values; at most {most_categories} are taken"
    return Feature(name, name_zh, CATEGORY, tuple(sorted(frequent)), frequent[0])


def _is_number(kind: pa.DataType) -> bool:
    types = pa.types
    return types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind) or types.is_boolean(kind)


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)


def _is_row_number(column: pa.Array) -> bool:
    if not _is_number(column.type) or column.null_count or len(column) < LEAST_NUMBERED:
        return False
    values = _finite(column)
    is_whole = bool(np.all(values == np.floor(values)))
    is_dense = bool(np.ptp(values) + 1 <= NUMBERED_GAPS * len(values))
    return is_whole and is_dense and len(np.unique(values)) == len(values)


def _counts(column: pa.Array) -> Iterator[tuple[str, int]]:
    for entry in pc.value_counts(pc.cast(column, pa.string()).drop_null()):
        yield entry["values"].as_py(), entry["counts"].as_py()


def _numbers(column: pa.Array | pa.ChunkedArray, feature: Feature, where: str) -> Matrix:
    if feature.kind == CATEGORY:
        if not (_is_text(column.type) or pa.types.is_integer(column.type) or pa.types.is_boolean(column.type)):
            raise BadInput(f"{where}: column {feature.name} holds {column.type}; the model was trained on texts")
        # What was not learnt is null here: unknown, not another category.
        return np.asarray(pc.cast(pc.index_in(pc.cast(column, pa.string()), pa.array(feature.categories)), pa.float64()))
    if not (_is_number(column.type) or pa.types.is_null(column.type)):
        raise BadInput(f"{where}: column {feature.name} holds {column.type}; the model was trained on numbers")
    return _finite(column)


def _finite(column: pa.Array | pa.ChunkedArray) -> Matrix:
    """As float64; null, NaN and infinite are NaN."""
    values = np.asarray(pc.cast(column, pa.float64(), safe=False), dtype=np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
