"""Training on a lake's rows: the past to learn from, later months to be judged on, the same model from the same rows."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from rich.console import Console

from jobs.model_store import registry_of
from jobs.settings import load_settings
from jobs.settings_model import Settings
from jobs.train import learnt
from jobs.train_input import Prepared
from jobs.train_target import Published, target_prepared
from lake.errors import BadInput

SMALL = ("trials=2", "folds=3", "members=2", "seeds=1", "resamples=200", "test_months=3")
SOURCE = Published(4, "r" * 64, "lake")
MONTHS = [f"2025-{month:02}" for month in range(1, 13)]


def settings(store: Path) -> Settings:
    return load_settings([f"model.{text}" for text in (f"store={store}", *SMALL)], environment={})


def rows(each: int = 25, delay: int = 20) -> pa.Table:
    """So many subjects a month, four of five concluded; risk rises with ``habit``, the amount has nothing to do with it."""
    random = np.random.default_rng(5)
    told = []
    for month in MONTHS:
        for number in range(each):
            habit, amount = random.normal(), Decimal(int(random.integers(100, 90000))) / 100
            is_known = number % 5 != 4
            known_on = date.fromisoformat(f"{month}-28") + timedelta(days=delay + number % 10)
            told.append(
                {
                    "subject": f"{month}/{number}", "entity": f"d{number}", "month": month, "habit": habit,
                    "label": int(habit + random.normal() / 2 > 0.6) if is_known else None,
                    "known_on": known_on if is_known else None, "findings_seen": 1, "concluded": int(is_known),
                    "chance": Decimal("0.800000") if number % 2 else Decimal("0.050000"), "amount": amount,
                }
            )  # fmt: skip
    return pa.Table.from_pylist(told)


def prepared(target: str, store: Path, table: pa.Table | None = None) -> Prepared:
    return target_prepared(target, rows() if table is None else table, {"habit": "习惯"}, {}, SOURCE, settings(store))


def test_what_became_known_after_the_judged_months_began_is_not_learnt(tmp_path: Path) -> None:
    ready = prepared("case", tmp_path)

    ids = ready.table.ids.to_pylist()
    learnt_from = {ids[row].split("/")[0] for row in ready.train}
    judged_on = {ids[row].split("/")[0] for row in ready.test} if ready.test is not None else set()
    # The judged months begin on 1 October; of September nothing is concluded by then, of August everything is.
    assert learnt_from == set(MONTHS[:8])
    assert judged_on == {"2025-10", "2025-11", "2025-12"}
    assert sum(ids[row].startswith("2025-08") for row in ready.train) == 20
    assert [feature.name for feature in ready.features] == ["habit"]
    assert ready.features[0].name_zh == "习惯"


def test_a_case_stands_for_those_that_nobody_looked_at(tmp_path: Path) -> None:
    ready = prepared("case", tmp_path)

    assert ready.learnt.counts is not None
    # 1 / 0.8, and 1 / 0.05 cut at the most that a row may stand for.
    assert set(ready.learnt.counts) == {1.25, 10.0}


def test_of_doctors_what_was_not_confirmed_is_unlabelled(tmp_path: Path) -> None:
    ready = prepared("doctor", tmp_path)

    assert ready.learnt.counts is not None
    assert ready.learnt.counts.sum() == pytest.approx(8 * 25)
    assert len(ready.learnt.labels) > 8 * 25  # those that may be positive stand there twice


def test_training_twice_gives_the_same_digest_and_records_what_it_went_by(tmp_path: Path) -> None:
    chosen, shown = settings(tmp_path), Console(file=StringIO())

    first = learnt(prepared("case", tmp_path), chosen, shown)
    again = learnt(prepared("case", tmp_path), chosen, shown)

    digests = [re.findall(r"version (\d), challenger, digest ([0-9a-f]{64})", "\n".join(lines))[0] for lines in (first, again)]
    assert [number for number, _ in digests] == ["1", "2"]
    assert digests[0][1] == digests[1][1]
    assert "test part: 60 rows, " in "\n".join(first)
    card = next(tmp_path.rglob("model_card.md")).read_text(encoding="utf-8")
    assert all(text in card for text in ("| publication | 4 |", f"| rulebook ver | {'r' * 64} |", "| judged from | 2025-10 |"))
    registry = registry_of(chosen, "fundguard-risk-case")
    assert registry.promote() == (2, None)
    assert registry.load(registry.named("champion")).features[0].name == "habit"


def test_too_few_reviewed_months_are_said(tmp_path: Path) -> None:
    few = rows().filter(pa.array([month < "2025-04" for month in rows()["month"].to_pylist()]))

    with pytest.raises(BadInput, match=r"concluded on case subjects of 3 months; more than model\.test_months \(3\) are needed"):
        prepared("case", tmp_path, few)
