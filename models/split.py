"""Which rows a model learns from and which it is judged on: a file's word, or folds drawn by seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from lake.errors import BadInput
from models.table import Labels, checked_ids, has_column, read_columns

PART = "split"
TRAIN, TEST = "train", "test"

Rows = npt.NDArray[np.int64]
# Rows to learn from, rows to look at.
Fold = tuple[Rows, Rows]


def read_split(path: Path, key: str, ids: pa.Array, labels: Labels) -> Fold:
    """Rows of the train and of the test part; rows of the table that the file does not name are in neither.

    BadInput if the file names an id that the table does not have, or a part lacks one of the label's values.
    """
    table = read_columns(path, as_text=[key])
    has_column(table, key, "--id", path.name)
    named = checked_ids(table, key, path.name)
    parts = _parts(table, key, path.name)
    places = pc.index_in(named, ids)
    if places.null_count:
        raise BadInput(f"{path.name}: {places.null_count:,} ids are not in the feature table")
    rows = np.asarray(places).astype(np.int64)
    train, test = (np.sort(rows[np.asarray(pc.equal(parts, part))]) for part in (TRAIN, TEST))
    for part, chosen in ((TRAIN, train), (TEST, test)):
        if len(np.unique(labels[chosen])) < 2:
            raise BadInput(f"{path.name}: the {part} part must hold both values of the label")
    return train, test


def folds(labels: Labels, count: int, seed: int, groups: npt.NDArray[np.int64] | None = None) -> list[Fold]:
    """``count`` folds with the label's share in each; fewer where the rarer value has fewer rows. BadInput below two.

    Rows of one of the ``groups`` are in one fold.
    """
    rarer = int(min(labels.sum(), len(labels) - labels.sum()))
    if rarer < 2:
        raise BadInput(f"only {rarer} row of one label value to learn from; at least 2 of each are needed")
    if groups is None:
        drawn = StratifiedKFold(min(count, rarer), shuffle=True, random_state=seed)
        return list(drawn.split(np.zeros(len(labels)), labels))
    several = len(np.unique(groups))
    if several < 2:
        raise BadInput("all rows to learn from are of one subject; at least 2 are needed")
    apart = StratifiedGroupKFold(min(count, rarer, several), shuffle=True, random_state=seed)
    # Few large groups may leave a fold without rows.
    return [fold for fold in apart.split(np.zeros(len(labels)), labels, groups) if len(fold[1])]


def _parts(table: pa.Table, key: str, file: str) -> pa.Array:
    """The column that says train or test: the one named split, or the only one beside the ids."""
    others = [name for name in table.column_names if name != key]
    if PART not in others and len(others) != 1:
        raise BadInput(f"{file}: must have the column {PART}, with {TRAIN} or {TEST}, beside {key}")
    parts = pc.cast(table.column(PART if PART in others else others[0]), pa.string()).combine_chunks()
    is_known = pc.is_in(parts, pa.array([TRAIN, TEST]))
    if not pc.all(is_known).as_py():
        raise BadInput(f"{file}: {pc.sum(pc.invert(is_known)).as_py():,} rows say neither {TRAIN} nor {TEST}")
    return parts
