"""What a person asks to be trained, and the table made ready for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from lake.errors import BadInput
from lake.landing.encoding import sha256_of
from models.drift import Months
from models.features import NUMBER, Feature, LeftOut, Matrix, declare, matrix
from models.model import categorical
from models.names import read_names
from models.recipe import Data
from models.split import Rows, read_split
from models.table import LabelledTable, has_column, read_labelled


@dataclass(frozen=True)
class Asked:
    """What a person asks to be trained. ``label`` and ``key``: columns; ``names``: a file of Chinese names."""

    features: Path
    label: str
    key: str
    split: Path | None = None
    baseline: str | None = None
    names: Path | None = None
    leave_out: Sequence[str] = ()

    @property
    def split_digest(self) -> str:
        """SHA-256 of the split file; empty without one."""
        return "" if self.split is None else sha256_of(self.split)


@dataclass(frozen=True)
class Told:
    """What a training says of its rows. ``model``: name that versions are registered under; ``where``: the table, in messages;
    ``split``: what rows were held out by, equal for equal splits, empty without; ``facts``: what is recorded beside.
    """

    model: str
    where: str
    key: str
    label: str
    baseline: str | None
    split: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Prepared:
    """The table made ready: ``train`` and ``test`` are its rows, ``test`` None without a split file; ``learnt``: what ``train``
    stands for; ``months``: the number of each row's month, None where rows have none.
    """

    told: Told
    table: LabelledTable
    features: tuple[Feature, ...]
    left_out: tuple[LeftOut, ...]
    data: Data
    baseline: Matrix | None
    train: Rows
    test: Rows | None
    learnt: Data
    months: Months | None = None


def prepared(asked: Asked, model: str, most_categories: int) -> Prepared:
    """The table with its features, declared over the rows to learn from; BadInput for whatever does not fit."""
    table = read_labelled(asked.features, asked.label, asked.key)
    for name in asked.leave_out:
        has_column(table.columns, name, "--leave-out", asked.features.name)
    baseline = _baseline(table.columns, asked)
    everything = np.arange(len(table.labels))
    train, test = (everything, None) if asked.split is None else read_split(asked.split, asked.key, table.ids, table.labels)
    columns = table.columns.drop_columns(list(asked.leave_out))
    names = {} if asked.names is None else read_names(asked.names)
    features, left_out = declare(columns, train, names, most_categories)
    if not features:
        raise BadInput(f"{asked.features.name}: no column is left to learn from")
    values = matrix(columns, features, asked.features.name)
    told = Told(model, asked.features.name, asked.key, asked.label, asked.baseline, asked.split_digest, {})
    data = Data(values, table.labels, categorical(features))
    return Prepared(told, table, features, left_out, data, baseline, train, test, data.of(train))


def _baseline(columns: pa.Table, asked: Asked) -> Matrix | None:
    """The baseline's values; it is one of the columns, and numbers."""
    if asked.baseline is None:
        return None
    has_column(columns, asked.baseline, "--baseline", asked.features.name)
    values = matrix(columns, [Feature(asked.baseline, asked.baseline, NUMBER, (), None)], "--baseline")[:, 0]
    if np.isnan(values).all():
        raise BadInput(f"--baseline {asked.baseline}: has no value in any row")
    return values
