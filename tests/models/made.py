"""A made-up table of providers in which risk hides in structure that no single column shows."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from models.search import Budget
from models.training import Plan

PLAN = Plan(
    budget=Budget(trials=2, seconds=600),
    nested_trials=1,
    folds=3,
    repeats=1,
    members=2,
    seeds=1,
    isotonic_positives=1000,
    seed=7,
    threads=1,
)


def providers(rows: int, seed: int = 3) -> pd.DataFrame:
    """Risk rises with the amount for short stays and falls with it for long ones, and is high in one region; one row in eight
    is positive. Beside that: missing values, a constant, a row number, free text, a column of noise, dates.
    """
    random = np.random.default_rng(seed)
    total = random.lognormal(8, 1.2, rows)
    stay = random.gamma(4, 2, rows)
    region = random.choice(["east", "north", "west"], rows)
    margin = 1.6 * (np.log(total) - 8) * np.where(stay < 9, 1, -1) + 2.0 * (region == "north") + random.normal(0, 0.7, rows)
    fraud = np.zeros(rows, int)
    fraud[np.argsort(-margin)[: rows // 8]] = 1
    return pd.DataFrame(
        {
            "provider": [f"P{number:05}" for number in random.permutation(rows)],
            "total_paid": total.round(2),
            "mean_stay": np.where(random.random(rows) < 0.1, np.nan, stay),
            "region": np.where(random.random(rows) < 0.05, None, region),
            "claims": random.poisson(20, rows),
            "one": 1,
            "row_no": np.arange(rows),
            "remark": [f"text {number}" for number in range(rows)],
            "opened": dt.date(2020, 1, 1),
            "fraud": np.where(fraud == 1, "Yes", "No"),
        }
    )
