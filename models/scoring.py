"""Scoring of Arrow batches: fits a file read batch by batch, and a stage of Spark's mapInArrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lake.errors import BadInput
from models.drift import Bins, counts_of
from models.features import matrix
from models.model import RiskModel
from models.reasons import sentences


def schema(key: str) -> pa.Schema:
    """Columns of a scored row. ``margin``: log-odds before calibration, which orders rows of one probability too."""
    return pa.schema(
        [
            (key, pa.string()),
            ("risk_score", pa.float64()),
            ("margin", pa.float64()),
            ("reasons", pa.string()),
            ("model_version", pa.string()),
        ]
    )


# What a stage of mapInArrow over ``subject, month, features`` gives; no casts happen there, the table's decimals come later.
OF_THE_NIGHT = pa.schema(
    [
        ("subject_key", pa.string()),
        ("month", pa.string()),
        ("probability", pa.float64()),
        ("margin", pa.float64()),
        ("reasons", pa.string()),
    ]
)
OF_THE_DRIFT = pa.schema([("month", pa.string()), ("feature", pa.string()), ("bin", pa.int32()), ("rows", pa.float64())])


def scored(batches: Iterable[pa.RecordBatch], model: RiskModel, version: str, where: str) -> Iterator[pa.RecordBatch]:
    """One batch for each that comes, its rows in their order. Columns are found by name; BadInput if one does not fit."""
    for batch in batches:
        if model.key not in batch.schema.names:
            raise BadInput(f"{where}: the column {model.key} is missing; the model knows rows by it")
        values = matrix(batch, model.features, where)
        margins = model.margins(values)
        contributions, _ = model.contributions(values)
        said = ["".join(row) for row in sentences(values, contributions, model.features)]
        columns = [
            pc.cast(batch.column(model.key), pa.string()),
            pa.array(model.calibration.probabilities(margins)),
            pa.array(margins),
            pa.array(said, pa.string()),
            pa.array([version] * batch.num_rows, pa.string()),
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=schema(model.key))


def scored_subjects(batches: Iterable[pa.RecordBatch], model: RiskModel, where: str) -> Iterator[pa.RecordBatch]:
    """One batch of ``OF_THE_NIGHT`` for each that comes."""
    kept = ["risk_score", "margin", "reasons"]
    for batch in batches:
        for row in scored([batch], model, "", where):
            columns = [row.column(model.key), batch.column("month"), *(row.column(name) for name in kept)]
            yield pa.RecordBatch.from_arrays(columns, schema=OF_THE_NIGHT)


def counted(batches: Iterable[pa.RecordBatch], model: RiskModel, known: Sequence[Bins], where: str) -> Iterator[pa.RecordBatch]:
    """For each batch, how many rows of each month lie in each bin of the profile: rows of ``OF_THE_DRIFT``."""
    for batch in batches:
        months = batch.column("month").to_pylist()
        values = matrix(batch, model.features, where)
        margins = model.margins(values)
        told = []
        for month in sorted(set(months)):
            rows = np.flatnonzero(np.array(months, dtype=object) == month)
            for name, counts in counts_of(known, values[rows], model.features, margins[rows]).items():
                told += [{"month": month, "feature": name, "bin": place, "rows": count} for place, count in enumerate(counts)]
        yield pa.RecordBatch.from_pylist(told, schema=OF_THE_DRIFT)
