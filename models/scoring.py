"""Scoring of Arrow batches: fits a file read batch by batch, and a stage of Spark's mapInArrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from lake.errors import BadInput
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
