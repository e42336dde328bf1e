"""Generated rows of the shape pair: V08, V14, V15, V18, V23, V25."""

from __future__ import annotations

import numpy as np

from rules.demo.common import Columns, number, pick, where
from rules.demo.draw import Draw
from rules.demo.groups import item_groups

DRUGS = ("101", "102")


def step_therapy(draw: Draw) -> Columns:
    """V08: western drugs with two to four first-line drugs and a look-back of half a year or a year."""
    picked = draw.targets(("101",))
    first = draw.pool.lists(("101",), draw.count, 3, 4, draw.rng)
    own = draw.codes(picked)
    return {
        "med_list_codg": own,
        "first_line_codes": [";".join(c for c in codes if c != code) for codes, code in zip(first, own, strict=True)],
        "lookback_days": pick(("180", "365"), draw.count, draw.rng),
        "repeat_free_days": where(draw.rng.random(draw.count) < 0.7, "180"),
    }


def duplicate_charge(draw: Draw) -> Columns:
    """V14: service × service (80 %) and service × consumable, disjoint groups, mostly within a day."""
    services = draw.pool.lists(("201",), draw.count, 2, 5, draw.rng)
    consumables = draw.pool.lists(("301",), draw.count, 1, 3, draw.rng)
    mixed = draw.rng.random(draw.count) < 0.2
    kept = [codes[: 1 + len(codes) // 3] for codes in services]
    contained = [
        goods if is_mixed else codes[len(own) :]
        for codes, own, goods, is_mixed in zip(services, kept, consumables, mixed, strict=True)
    ]
    return {
        "group_a": [";".join(codes) for codes in kept],
        "group_b": [";".join(codes) for codes in contained],
        "window": pick(("day", "visit", "rx"), draw.count, draw.rng, (0.80, 0.15, 0.05)),
        "cnt_rule": pick((None, "min", "all"), draw.count, draw.rng, (0.6, 0.3, 0.1)),
    }


def unbundled_charge(draw: Draw) -> Columns:
    """V15: a service at 70 % of its parts' reference prices; all parts but one prove it."""
    lists = draw.pool.lists(("201",), draw.count, 4, 6, draw.rng)
    prices = dict(zip(draw.pool.code, draw.pool.frame["price_fen"].to_numpy(), strict=True))
    sums = np.array([sum(prices[code] for code in codes[1:]) for codes in lists], dtype=float)
    return {
        "bundle_code": [codes[0] for codes in lists],
        "bundle_price": number(np.ceil(sums * 0.7) / 100),
        "component_codes": [";".join(codes[1:]) for codes in lists],
        "min_components": [str(max(2, len(codes) - 2)) for codes in lists],
        "window": pick(("day", "visit"), draw.count, draw.rng),
    }


def companion_missing(draw: Draw) -> Columns:
    """V18: a consumable or service that asks for a service, an operation or a diagnosis, often any of them."""
    picked = draw.targets(("301", "201"))
    kind = draw.rng.integers(0, 4, draw.count)  # 0 services, 1 operations, 2 diagnoses, 3 services or operations
    services = np.array(draw.pool.joined(("201",), draw.count, 1, 3, draw.rng), dtype=object)
    prefixes = [prefix for group in item_groups("item_groups") for prefix in group.oprn]
    oprns = np.array(
        [";".join(dict.fromkeys(row)) for row in np.array(prefixes)[draw.rng.integers(0, len(prefixes), (draw.count, 4))]],
        dtype=object,
    )
    diags = np.array(_wide(draw, picked), dtype=object)
    return {
        "med_list_codg": draw.codes(picked),
        "required_codes": where((kind == 0) | (kind == 3), services),
        "required_oprn": where((kind == 1) | (kind == 3), oprns),
        "required_diag": where(kind == 2, diags),
        "window": pick(("visit", "day"), draw.count, draw.rng, (0.8, 0.2)),
    }


def _wide(draw: Draw, rows: np.ndarray) -> list[str]:
    """The labels of the code's chapter; a chapter that fits every disease asks for a disease, not for a check-up."""
    return [label.replace("A00-Z99", "A00-T98") for label in draw.pool.labels(rows)]


def same_effect(draw: Draw) -> Columns:
    """V23: drugs by group and ingredient; some may be combined with named ones."""
    picked = draw.targets(DRUGS)
    with_others = draw.rng.random(draw.count) < 0.1
    allowed = np.full(draw.count, None, dtype=object)
    allowed[with_others] = draw.pool.joined(DRUGS, int(with_others.sum()), 1, 3, draw.rng)
    frame = draw.pool.frame
    return {
        "med_list_codg": draw.codes(picked),
        "group_code": frame["atc"].to_numpy(dtype=object)[picked],
        "ingredient": frame["ingredient"].to_numpy(dtype=object)[picked],
        "allowed_with": allowed,
        "min_overlap_days": pick(("1", "2", "3"), draw.count, draw.rng, (0.3, 0.4, 0.3)),
    }


def interaction(draw: Draw) -> Columns:
    """V25: pairs of two different drugs, each pair once."""
    rows = draw.pool.ruled(DRUGS)
    size = len(rows)
    wanted = min(draw.count * 2, size * (size - 1))
    numbers = np.unique(draw.rng.integers(0, size * (size - 1), wanted + 64))
    picked = draw.rng.permutation(numbers)[: draw.count]
    first, step = picked // (size - 1), picked % (size - 1) + 1
    return {
        "code_a": draw.codes(rows[first]),
        "code_b": draw.codes(rows[(first + step) % size]),
        "window": pick(("day", "rx"), draw.count, draw.rng, (0.7, 0.3)),
        "amount_mode": pick(("line", "none"), draw.count, draw.rng, (0.6, 0.4)),
    }
