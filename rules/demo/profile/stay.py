"""Generated rows of the shape stay: V29, S01, S02, S03, S05."""

from __future__ import annotations

import numpy as np

from rules.demo.common import Columns, pick, where
from rules.demo.draw import Draw
from rules.demo.icd import joined_draws

FEMALE_DIAGNOSES = (("C51", "C58"), ("N70", "N77"), ("N80", "N98"), ("O00", "O99"))
MALE_DIAGNOSES = (("C60", "C63"), ("N40", "N51"))
# First two digits of ICD-9-CM3 chapters, and the diagnoses of which one goes with such an operation.
OPERATION_CHAPTERS = (
    ("01", "05", "A00-B99;C00-D48;G00-G99;I60-I69;M40-M54;Q00-Q99;R00-R99;S00-T98"),
    ("08", "20", "A00-B99;C00-D48;E00-E14;H00-H95;J00-J39;Q00-Q99;R00-R99;S00-T98"),
    ("35", "39", "A00-B99;C00-D48;E10-E14;I00-I99;N17-N19;Q00-Q99;R00-R99;S00-T98"),
    ("42", "54", "A00-B99;C00-D48;E00-E90;I80-I89;K00-K93;O00-P96;Q00-Q99;R00-R99;S00-T98"),
    ("55", "59", "A00-B99;C00-D48;N00-N39;Q00-Q99;R00-R99;S00-T98"),
    ("76", "84", "A00-B99;C00-D48;G00-G99;L00-M99;Q00-Q99;R00-R99;S00-T98"),
)
# Line variants: no code, so every line (or every line of a stay) is looked at.
EVERY_LINE = (
    ("outside_stay", "24"),
    ("outside_stay", "48"),
    ("while_inpatient", "24"),
    ("after_death", "24"),
    ("trace_code", None),
)
MILD = ("J00-J06", "J20", "K29", "K30", "M54", "R42", "R51", "I10", "H81", "J30-J31", "K59", "L20-L30", "G43-G44", "N30")
INJURY_KEYWORDS = "交通事故;车祸;工伤;打架;斗殴"


def hard_conflict(draw: Draw) -> Columns:
    """V29: sex and age of diagnoses, sex and diagnoses of operations, code by code; five rows on lines."""
    rows = _conflicts(draw)
    every = [(variant, None, None, None, None, None, grace) for variant, grace in EVERY_LINE][: max(1, draw.count // 10)]
    chosen = [rows[place % len(rows)] for place in range(draw.count - len(every))]
    picked = np.array([*every, *chosen], dtype=object)
    names = ("variant", "code_set", "allowed_gend", "age_unit", "age_max", "required_diag", "grace_hours")
    exempt = np.full(draw.count, None, dtype=object)
    exempt[: len(every)] = draw.pool.joined(("201",), len(every), 2, 5, draw.rng)
    return {**{name: picked[:, place] for place, name in enumerate(names)}, "exempt_codes": exempt}


def _conflicts(draw: Draw) -> list[tuple[str | None, ...]]:
    """One row for each code prefix: sexes first, then newborn, then operations without a fitting diagnosis."""
    icd = draw.icd
    rows: list[tuple[str | None, ...]] = []
    for gend, ranges in (("2", FEMALE_DIAGNOSES), ("1", MALE_DIAGNOSES)):
        for low, high in ranges:
            rows += [("diag_sex", code, gend, None, None, None, None) for code in icd.subcategories(low, high)]
    rows += [("diag_age", code, None, "year", "1", None, None) for code in icd.subcategories("P00", "P96")]
    for gend, low, high in (("2", "65", "75"), ("1", "60", "64")):
        rows += [("oprn_sex", code, gend, None, None, None, None) for code in icd.operation_prefixes(low, high, 7)]
    for low, high, diags in OPERATION_CHAPTERS:
        for code in icd.operation_prefixes(low, high, 11):
            rows.append(("oprn_diag", code, None, None, None, diags, None))
    return [rows[place] for place in draw.rng.permutation(len(rows))]


def split_admission(draw: Draw) -> Columns:
    """S01: gaps of 7 to 15 days; a few rows for every stay, the others for one set of diseases."""
    wide = np.arange(draw.count) < max(1, draw.count // 200)
    sets = joined_draws(draw.icd.categories("A00", "T98"), draw.count, 1, 3, draw.rng)
    return {
        "gap_days": pick(("7", "10", "15"), draw.count, draw.rng),
        "link": pick(("institution", "alliance", "any"), draw.count, draw.rng, (0.6, 0.2, 0.2)),
        "diag_rule": np.where(wide, "icd3", "set"),
        "diag_set": where(~wide, np.array(sets, dtype=object)),
        "skip_dscg_way": where(draw.rng.random(draw.count) < 0.1, "2;3;4;5"),
        "min_sim": where(draw.rng.random(draw.count) < 0.2, pick(("0.5", "0.6", "0.7"), draw.count, draw.rng)),
        "exempt_diag": "Z51;N18;F20-F29;O00-O99;P00-P96",
    }


def absent_inpatient(draw: Draw) -> Columns:
    """S02: every stay, by sign; the rows differ in days and in scope."""
    variant = pick(("empty_days", "hollow", "elsewhere", "onsite"), draw.count, draw.rng)
    days = np.where(variant == "elsewhere", pick(("2", "3"), draw.count, draw.rng), pick(("3", "4", "5"), draw.count, draw.rng))
    return {"variant": variant, "min_days": where(variant != "onsite", days)}


def unnecessary_admission(draw: Draw) -> Columns:
    """S03: short and cheap stays for mild diseases."""
    share = draw.rng.random(draw.count) < 0.3
    return {
        "mild_set": joined_draws(list(MILD), draw.count, 1, 4, draw.rng),
        "max_days": pick(("2", "3"), draw.count, draw.rng),
        "max_fee": pick(("800", "1000", "1500"), draw.count, draw.rng),
        "exam_share": where(share, pick(("0.6", "0.7", "0.8"), draw.count, draw.rng)),
        "age_from": where(draw.rng.random(draw.count) < 0.2, "14"),
    }


def accident(draw: Draw) -> Columns:
    """S05: injuries by category; old injuries and complications of care are spared."""
    variant = pick(("no_filing", "rejected_paid", "third_party", "text"), draw.count, draw.rng, (0.4, 0.2, 0.2, 0.2))
    return {
        "variant": variant,
        "injury_set": joined_draws(draw.icd.categories("S00", "T35"), draw.count, 1, 3, draw.rng),
        "keywords": where(variant == "text", INJURY_KEYWORDS),
        "filing_days": where(variant == "no_filing", pick(("15", "30"), draw.count, draw.rng)),
        "exempt_diag": "T90-T98;T80-T88;M96",
    }
