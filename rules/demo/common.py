"""Scope, validity, exemptions and state of generated rows: the same profile for every type (docs/decisions/0031)."""

from __future__ import annotations

from typing import Any

import numpy as np

# Text columns of one type: a list or array of texts (None = missing), or one value for all rows.
Columns = dict[str, Any]

INSUTYPE_SHARE = 0.10  # scoped to one insurance, 310 or 390
CLASS_SHARE = 0.04  # scoped to some visit classes
LEVEL_SHARE = 0.04  # scoped to some hospital levels
AREA_SHARE = 0.03  # scoped to some pool areas
DEPT_SHARE = 0.03  # spares some departments
DIAG_SHARE = 0.05  # spares some diagnoses
DATED_SHARE = 0.08  # begins after 2020
ENDED_SHARE = 0.02  # ended before 2025
SHADOW_SHARE, RETIRED_SHARE = 0.010, 0.005
VERSION_SHARE = 0.01  # rows that are a second version of another row
VERSION_DAYS = ("2024-06-30", "2024-07-01")  # last day of version 1, first day of version 2
AREAS = ("3301", "3302", "3307;3308", "3201", "4401;4403", "5101", "6101")
# Areas of rows that exist for another pool only (most V10 rows): nothing in 33… is touched by them.
OTHER_AREAS = ("1101", "1201", "1301", "3101", "3201", "3702", "4101", "4201", "4301", "4401", "5001", "5101", "6101")
CLASSES = ("OTP;OPSP", "IPT", "OTP;EMERG;OPSP", "IPT;DAYSURG")
LEVELS = ("8;9;10", "5;6;7;8;9;10", "1;2;3;4", "11")
DEPTS = ("A20", "A28", "A20;A28", "A19", "A23")
DIAGS = ("Z51", "C00-C97", "N18", "Z94", "O00-O99", "P00-P96")


def some(values: tuple[str, ...], share: float, count: int, rng: np.random.Generator, plain: int) -> np.ndarray:
    """One of the values in about ``share`` of the rows, missing in the others and in the first ``plain`` rows."""
    chosen = np.full(count, None, dtype=object)
    hit = rng.random(count) < share
    hit[:plain] = False
    chosen[hit] = rng.choice(np.array(values, dtype=object), int(hit.sum()))
    return chosen


def common_columns(count: int, plain: int, rng: np.random.Generator) -> Columns:
    """The scope and state columns of ``count`` rows; the first ``plain`` rows are active and apply to everyone."""
    stas = some(("shadow",), SHADOW_SHARE, count, rng, plain)
    retired = some(("retired",), RETIRED_SHARE, count, rng, plain)
    return {
        "insutype": some(("310", "390"), INSUTYPE_SHARE, count, rng, plain),
        "med_class": some(CLASSES, CLASS_SHARE, count, rng, plain),
        "hosp_lv": some(LEVELS, LEVEL_SHARE, count, rng, plain),
        "poolarea": some(AREAS, AREA_SHARE, count, rng, plain),
        "exempt_dept": some(DEPTS, DEPT_SHARE, count, rng, plain),
        "exempt_diag": some(DIAGS, DIAG_SHARE, count, rng, plain),
        "begndate": some(("2022-01-01", "2023-01-01", "2024-01-01"), DATED_SHARE, count, rng, plain),
        "enddate": some(("2024-12-31",), ENDED_SHARE, count, rng, plain),
        "stas": np.where(retired == "retired", retired, np.where(stas == "shadow", stas, "active")),
    }


def pick(values: tuple[Any, ...], count: int, rng: np.random.Generator, p: tuple[float, ...] | None = None) -> np.ndarray:
    """``count`` of the values, as objects."""
    return np.array(values, dtype=object)[rng.choice(len(values), count, p=p)]


def number(values: np.ndarray) -> list[str]:
    """Shortest decimal text with at most four places."""
    return [f"{value:.4f}".rstrip("0").rstrip(".") for value in values]


def where(mask: np.ndarray, values: Any) -> np.ndarray:
    """The values where the mask holds, missing elsewhere."""
    out = np.full(len(mask), None, dtype=object)
    out[mask] = np.array(values, dtype=object)[mask] if not isinstance(values, str) else values
    return out
