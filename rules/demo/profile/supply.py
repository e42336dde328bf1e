"""Generated rows of the shape supply: V20, V21, V22.

One pack of a drug lasts at least three days at its largest daily number of units (a single ampoule one day), so a
pack charged for its usual days is within every limit here.
"""

from __future__ import annotations

import numpy as np

from rules.demo.common import Columns, number, pick, where
from rules.demo.draw import Draw

DRUGS = ("101", "102")
CHRONIC = "E10-E14;I10-I15;I20-I25;J44;J45;N18;G20;B18"
KINDS_PER_PRESCRIPTION = (("101;102", "20"), ("103", "40"), ("101;102;103", "45"))
TAKE_HOME_KINDS = ("25", "30")
TAKE_HOME_ITEM_ROWS = 2


def daily_units(pack: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Largest daily number of smallest units: what empties a pack in three days, in seven if it holds 14 or more."""
    from_pack = np.where(pack >= 14, np.ceil(pack / 7), np.ceil(pack / 3))
    usual = np.where(pack > 1, rng.integers(1, 4, len(pack)), rng.integers(1, 3, len(pack)))
    return np.where(pack == 1, usual, np.minimum(np.maximum(from_pack, usual), np.maximum(1, pack // 3)))


def overdose(draw: Draw) -> Columns:
    """V20: by order or by charge; the band is adults in a fifth of the rows."""
    picked = draw.targets(DRUGS)
    pack, dose = draw.pool.decimals(picked, "pack"), draw.pool.decimals(picked, "dose")
    daily = np.maximum(np.ceil(pack / 3), daily_units(pack, draw.rng)) * dose
    charged = draw.rng.random(draw.count) < 0.6
    adults = draw.rng.random(draw.count) < 0.2
    return {
        "med_list_codg": draw.codes(picked),
        "basis": np.where(charged, "charge", "order"),
        "max_daily_dose": number(daily),
        "dose_unit": draw.pool.frame["unit"].to_numpy(dtype=object)[picked],
        "unit_dose": where(charged, np.array(number(pack * dose), dtype=object)),
        "tolerance": where(draw.rng.random(draw.count) < 0.3, pick(("1.1", "1.2", "1.5"), draw.count, draw.rng)),
        "age_min": where(adults, "18"),
        "age_max": where(adults & (draw.rng.random(draw.count) < 0.5), "79"),
    }


def over_supply(draw: Draw) -> Columns:
    """V21: days of one dispensing (80 %), early refills (20 %), three rows that count kinds of every prescription."""
    kinds = KINDS_PER_PRESCRIPTION[: max(1, min(3, draw.count // 10))]
    coded = draw.count - len(kinds)
    picked = draw.targets(DRUGS, count=coded)
    plain = len(draw.pool.singles("V21"))
    early = draw.rng.random(coded) < 0.2
    early[:plain] = False
    by_pack = draw.rng.random(coded) < 0.8
    pack = draw.pool.decimals(picked, "pack")
    none = [None] * len(kinds)
    return {
        "variant": [*np.where(early, "early", "supply"), *(["kinds"] * len(kinds))],
        "med_list_codg": [*draw.codes(picked), *none],
        "max_days": [*where(~early, pick(("30", "30", "60", "84", "90"), coded, draw.rng)), *none],
        "advance_days": [*where(early, pick(("7", "10", "14"), coded, draw.rng)), *none],
        "pack_units": [*where(by_pack, np.array(number(pack), dtype=object)), *none],
        "daily_units": [*where(by_pack, np.array(number(daily_units(pack, draw.rng)), dtype=object)), *none],
        "list_type": [*([None] * coded), *(row[0] for row in kinds)],
        "max_kinds": [*([None] * coded), *(row[1] for row in kinds)],
    }


def discharge_drugs(draw: Draw) -> Columns:
    """V22: days of take-home drugs, longer for chronic diseases; few rows count all kinds or forbid items."""
    kinds = TAKE_HOME_KINDS[: max(1, min(2, draw.count // 10))]
    items = TAKE_HOME_ITEM_ROWS if draw.count >= 20 else 1
    coded = draw.count - len(kinds) - items
    picked = draw.targets(DRUGS, count=coded)
    chronic = draw.rng.random(coded) < 0.7
    by_pack = draw.rng.random(coded) < 0.7
    pack = draw.pool.decimals(picked, "pack")
    none = [None] * (len(kinds) + items)
    return {
        "variant": [*(["days"] * coded), *(["kinds"] * len(kinds)), *(["item"] * items)],
        "med_list_codg": [*draw.codes(picked), *none],
        "max_days": [*pick(("14", "15", "30"), coded, draw.rng), *none],
        "chronic_set": [*where(chronic, CHRONIC), *none],
        "chronic_max_days": [*where(chronic, pick(("30", "60", "84"), coded, draw.rng)), *none],
        "pack_units": [*where(by_pack, np.array(number(pack), dtype=object)), *none],
        "daily_units": [*where(by_pack, np.array(number(daily_units(pack, draw.rng)), dtype=object)), *none],
        "max_kinds": [*([None] * coded), *kinds, *([None] * items)],
    }
