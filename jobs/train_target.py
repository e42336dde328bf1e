"""Training on a lake: published features joined with labels, the past to learn from, later months to be judged on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import functions as F
from rich.console import Console

from jobs.model_store import model_of
from jobs.risk_rows import ENTITY, KEY, subject_rows
from jobs.settings import Settings
from jobs.spark import open_published
from jobs.train import learnt
from jobs.train_input import Prepared, Told
from lake.errors import BadInput
from lake.publications import last, read_published
from lake.tables import RISK_LABEL
from models.features import declare, matrix
from models.metrics import Scores
from models.model import categorical
from models.recipe import Data
from models.split import Fold
from models.table import LabelledTable, has_column
from models.unlabelled import groups_of, stands_for, with_unlabelled

LABEL, BASELINE = "label", "amount"
# Columns that come with the labels and are known only after them, or name the row.
NO_FEATURES = ("month", LABEL, "known_on", "findings_seen", "concluded", "chance", BASELINE)


@dataclass(frozen=True)
class Published:
    """What a training goes by: the publication and its rule base."""

    publication: int
    rulebook_ver: str
    lake: str


def train_on_lake(target: str, lake_path: Path, leave_out: Sequence[str], settings: Settings, console: Console) -> list[str]:
    """Trains a model of the kind of subject on what the lake's last publication shows; the lines to print."""
    lake = open_published(lake_path, settings)
    published = last(lake)
    if published is None:
        raise BadInput(f"{lake_path}: nothing is published in this lake yet")
    read = partial(read_published, lake, publication=published)
    rows = subject_rows(target, read)
    labels = read(RISK_LABEL).where(F.col("subject_type") == target).drop("subject_type")
    labels = labels.withColumnsRenamed({"subject_key": KEY, "findings": "findings_seen"})
    # One row of each for a subject and month. What grows with the number of cases is collected.
    joined = rows.frame.join(labels, on=[KEY, "month"], how="inner").orderBy("month", KEY).toArrow()
    source = Published(published.publication_id, published.rulebook_ver, lake_path.name)
    for name in leave_out:
        has_column(joined, name, "--leave-out", f"the {target} rows of {lake_path.name}")
    prepared = target_prepared(target, joined.drop_columns(list(leave_out)), rows.names, rows.units, source, settings)
    return learnt(prepared, settings, console)


def target_prepared(
    target: str, joined: pa.Table, names: Mapping[str, str], units: Mapping[str, str], source: Published, settings: Settings
) -> Prepared:
    """The rows made ready: learnt from is what was known before the newest reviewed months, which are judged on."""
    joined = joined.filter(pc.is_valid(joined["chance"]))
    months = sorted(set(joined.filter(pc.is_valid(joined[LABEL]))["month"].to_pylist()))
    if len(months) <= settings.model.test_months:
        raise BadInput(
            f"{source.lake}: auditors concluded on {target} subjects of {len(months)} months; more than model.test_months "
            f"({settings.model.test_months}) are needed to learn from the others"
        )
    first_judged = months[-settings.model.test_months]
    labels = np.asarray(joined[LABEL].fill_null(0)).astype(np.int8)
    train, test = _parts(joined, first_judged, unlabelled=target != "case")
    for part, chosen in (("learn from", train), ("judge on", test)):
        if len(np.unique(labels[chosen])) < 2:
            raise BadInput(f"{source.lake}: the {len(chosen)} {target} subjects to {part} all have one label; both must occur")
    columns = joined.drop_columns([name for name in (KEY, ENTITY, *NO_FEATURES) if name in joined.column_names])
    features, left_out = declare(columns, train, names, settings.model.max_categories, units)
    chances = np.asarray(joined["chance"].cast(pa.float64()))
    data = Data(
        matrix(columns, features, source.lake), labels, categorical(features),
        stands_for(chances, float(settings.model.most_counts)), groups_of(joined[ENTITY].to_pylist()),
    )  # fmt: skip
    facts = {"publication": str(source.publication), "rulebook_ver": source.rulebook_ver, "judged_from": first_judged}
    split = f"{target}: months from {first_judged}"
    told = Told(model_of(settings, target), source.lake, KEY, "confirmed", BASELINE, split, {"target": target, **facts})
    table = LabelledTable(joined[KEY].combine_chunks(), labels, columns, _digest(joined))
    baseline = np.asarray(joined[BASELINE].cast(pa.float64()))
    return Prepared(
        told,
        table,
        features,
        left_out,
        data,
        baseline,
        train,
        test,
        _learnt_from(target, data.of(train), chances[train], settings),
        np.unique(joined["month"].to_pylist(), return_inverse=True)[1],
    )


def _learnt_from(target: str, known: Data, chances: Scores, settings: Settings) -> Data:
    """Cases stand for 1 / their chance; of doctors and institutions what was not confirmed is unlabelled."""
    if target == "case":
        return known
    model = settings.model
    return with_unlabelled(replace(known, counts=None), chances, model.folds, model.seed, model.threads)


def _parts(joined: pa.Table, first_judged: str, unlabelled: bool) -> Fold:
    """Rows to learn from and rows to judge on. Nothing that became known when the judged months had begun is learnt from.

    With ``unlabelled`` rows of a month are learnt from whatever is known of them, once all of the month's review was known.
    """
    begun = date.fromisoformat(f"{first_judged}-01")
    months, known_on = joined["month"].to_pylist(), joined["known_on"].to_pylist()
    last_known: dict[str, date] = {}
    for month, day in zip(months, known_on, strict=True):
        if day is not None:
            last_known[month] = max(day, last_known.get(month, day))
    train, test = [], []
    for row, (month, day) in enumerate(zip(months, known_on, strict=True)):
        if month >= first_judged:
            if day is not None:
                test.append(row)
        elif (last_known.get(month, begun) if unlabelled else day or begun) < begun:
            train.append(row)
    return np.array(train, dtype=np.int64), np.array(test, dtype=np.int64)


def _digest(rows: pa.Table) -> str:
    """SHA-256 over the rows in their order, by the names and values that they have."""
    digest = hashlib.sha256(",".join(rows.column_names).encode())
    for row in rows.to_pylist():
        digest.update(repr(list(row.values())).encode())
    return digest.hexdigest()
