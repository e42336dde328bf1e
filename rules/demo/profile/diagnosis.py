"""Generated rows of the shape diagnosis: V01, V19, V24, S06, S07."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rules.demo.common import Columns, pick, where
from rules.demo.draw import Draw
from rules.demo.groups import drug_groups

DRUGS = ("101", "102")
# Diseases that drugs are contraindicated in.
CONTRAINDICATIONS = ("K25", "K26", "K72", "K74", "N17", "N18.5", "I44.2", "I46", "D68", "G40", "E10.1", "H40.2", "J46", "R57")
ANTIBIOTICS = "J01"


def limited_indication(draw: Draw) -> Columns:
    """V01: the first two diagnoses of the drug's label; few rows name other items or filings that satisfy too."""
    picked = draw.targets(DRUGS)
    plain = len(draw.pool.singles("V01"))
    other = draw.rng.random(draw.count) < 0.03
    filing = draw.rng.random(draw.count) < 0.03
    other[:plain] = filing[:plain] = False
    items = np.full(draw.count, None, dtype=object)
    items[other] = draw.pool.joined(("201",), int(other.sum()), 1, 2, draw.rng)
    return {
        "med_list_codg": draw.codes(picked),
        "diag_set": draw.pool.labels(picked, 2),
        "alt_item_codes": items,
        "accept_filing": where(filing, pick(("special_drug", "opsp;special_drug"), draw.count, draw.rng)),
    }


def without_indication(draw: Draw) -> Columns:
    """V19: the whole label; history counts for chronic groups in a fifth of the rows."""
    picked = draw.targets(DRUGS)
    history = draw.rng.random(draw.count) < 0.2
    return {
        "med_list_codg": draw.codes(picked),
        "label_set": draw.pool.labels(picked),
        "uncertain_set": where(draw.rng.random(draw.count) < 0.1, "R00-R99;Z00-Z13"),
        "history_days": where(history, pick(("90", "180", "365"), draw.count, draw.rng)),
    }


def contraindication(draw: Draw) -> Columns:
    """V24: diseases outside the drug's label (60 %), young children (25 %), pregnancy and lactation (15 %)."""
    picked = draw.targets(DRUGS)
    variant = pick(("diag", "age", "matn"), draw.count, draw.rng, (0.60, 0.25, 0.15))
    labels = draw.pool.labels(picked)
    draws = draw.rng.integers(0, len(CONTRAINDICATIONS), (draw.count, 3))
    sets = np.array([_outside(label, row) for label, row in zip(labels, draws, strict=True)], dtype=object)
    unit = pick(("year", "year", "month", "day"), draw.count, draw.rng)
    highest = np.where(unit == "year", pick(("1", "2", "5"), draw.count, draw.rng), np.where(unit == "month", "6", "28"))
    return {
        "variant": variant,
        "med_list_codg": draw.codes(picked),
        "contra_set": where(variant == "diag", sets),
        "age_unit": where(variant == "age", unit),
        "age_max": where(variant == "age", highest),
        "matn_stas": where(variant == "matn", pick(("3", "4", "3;4", "2;3;4"), draw.count, draw.rng)),
    }


def _outside(label: str, draws: np.ndarray) -> str:
    """The drawn contraindications whose category the label does not speak of; shock if none is left."""
    spoken = _categories(label)
    kept = [CONTRAINDICATIONS[place] for place in dict.fromkeys(draws.tolist())]
    kept = [entry for entry in kept if not spoken(entry[:3])]
    return ";".join(kept) or "R57"


def _categories(label: str) -> Callable[[str], bool]:
    """A test whether a category lies in the label."""
    singles = {entry[:3] for entry in label.split(";") if "-" not in entry}
    ranges = [entry.split("-") for entry in label.split(";") if "-" in entry]
    return lambda category: category in singles or any(low <= category <= high for low, high in ranges)


def unnecessary_examination(draw: Draw) -> Columns:
    """S06: 70 % wide indications, 28 % repeats within days, few normal rates."""
    variant = pick(("no_indication", "repeat", "normal_rate"), draw.count, draw.rng, (0.70, 0.28, 0.02))
    wide = pick(("A00-T98;R00-R99;Z00-Z99", "A00-K93;R00-R99;Z00-Z99", "C00-N99;R00-R99;Z00-Z99"), draw.count, draw.rng)
    return {
        "variant": variant,
        "item_codes": draw.pool.joined(("201",), draw.count, 1, 3, draw.rng),
        "indication_set": where(variant == "no_indication", wide),
        "repeat_days": where(variant == "repeat", pick(("1", "2", "3"), draw.count, draw.rng)),
        "z_min": where(variant == "normal_rate", pick(("2.5", "3", "3.5"), draw.count, draw.rng)),
    }


def unnecessary_treatment(draw: Draw) -> Columns:
    """S07: 60 % wide indications, 30 % too many kinds a day, 10 % antibiotics after clean operations."""
    variant = pick(("no_indication", "multi", "prophylaxis"), draw.count, draw.rng, (0.6, 0.3, 0.1))
    antibiotic = variant == "prophylaxis"
    items = np.array(draw.pool.joined(("201",), draw.count, 2, 6, draw.rng), dtype=object)
    items[antibiotic] = _antibiotics(draw, int(antibiotic.sum()))
    clean = draw.icd.operation_prefixes("06", "06", 4) + draw.icd.operation_prefixes("53", "53", 4)
    wide = pick(("A00-T98;R00-R99;Z00-Z99", "G00-T98;R00-R99;Z00-Z99"), draw.count, draw.rng)
    infections = "A00-B99;J00-J22;K35-K37;L00-L08;N10-N12;N30;N39;T80-T88"
    oprns = np.array([";".join(clean[place : place + 3]) for place in draw.rng.integers(0, len(clean) - 3, draw.count)])
    return {
        "variant": variant,
        "item_codes": items,
        "indication_set": np.where(antibiotic, infections, where(variant == "no_indication", wide)),
        "max_kinds": where(variant == "multi", pick(("3", "4", "5"), draw.count, draw.rng)),
        "oprn_set": where(antibiotic, oprns),
        "max_days": where(antibiotic, pick(("1", "2"), draw.count, draw.rng)),
    }


def _antibiotics(draw: Draw, count: int) -> list[str]:
    groups = [place for place, group in enumerate(drug_groups("drug_groups")) if group.group.startswith(ANTIBIOTICS)]
    rows = draw.pool.ruled(("101",))
    rows = rows[np.isin(draw.pool.group[rows], groups)]
    places = draw.rng.integers(0, len(rows), (count, 4))
    return [";".join(dict.fromkeys(draw.pool.code[rows[row]])) for row in places]
