"""The score job: a feature table through a registered model into a file, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import csv, parquet

from jobs.model_store import registry_of
from jobs.settings import Settings
from lake.errors import BadInput
from models.features import CATEGORY
from models.model import RiskModel
from models.scoring import schema, scored
from models.table import FORMATS, read_columns

# Rows that are explained at once: SHAP values of all members lie in memory together.
ROWS = 10_000


def score(features: Path, wanted: str, out: Path, settings: Settings) -> tuple[int, str]:
    """Writes ``out`` whole or not at all; returns the number of rows and the model's version."""
    if out.suffix.lower() not in FORMATS:
        raise BadInput(f"--out {out.name}: must end in {' or '.join(FORMATS)}")
    if not out.parent.is_dir():
        raise BadInput(f"--out {out}: there is no folder {out.parent}")
    registry = registry_of(settings)
    version = registry.named(wanted)
    model = registry.load(version)
    name = f"{registry.name}/{version.number}"
    table = read_columns(features, as_text=_texts(model))
    batches = scored(table.to_batches(max_chunksize=ROWS), model, name, features.name)
    partial = out.with_name(f".{out.name}.partial")
    try:
        _write(partial, out.suffix.lower(), model.key, batches)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return table.num_rows, name


def _texts(model: RiskModel) -> list[str]:
    """Columns that a CSV file must not turn into numbers."""
    return [model.key, *(feature.name for feature in model.features if feature.kind == CATEGORY)]


def _write(path: Path, suffix: str, key: str, batches: Iterator[pa.RecordBatch]) -> None:
    writer = csv.CSVWriter if suffix == ".csv" else parquet.ParquetWriter
    with writer(path, schema(key)) as file:
        for batch in batches:
            file.write_batch(batch)
