"""Generated rows of the shape record: V27, V28."""

from __future__ import annotations

from rules.demo.common import Columns, pick, where
from rules.demo.draw import Draw

DRUGS = ("101", "102")
# V28 consent rows look at every line of their level from this amount on.
CONSENT = (("3", "2000"), ("2;3", "10000"))


def order_mismatch(draw: Draw) -> Columns:
    """V27: no order (50 %), more than executed, charged after the stop."""
    variant = pick(("no_order", "over_exec", "after_stop"), draw.count, draw.rng, (0.5, 0.3, 0.2))
    services = draw.pool.joined(("201",), draw.count, 1, 4, draw.rng)
    drugs = draw.pool.joined(DRUGS, draw.count, 1, 4, draw.rng)
    is_drug = draw.rng.random(draw.count) < 0.4
    items = [drug if chosen else service for drug, service, chosen in zip(drugs, services, is_drug, strict=True)]
    return {
        "variant": variant,
        "item_codes": items,
        "cnt_per_exec": where(variant == "over_exec", pick(("1", "2"), draw.count, draw.rng)),
        "tolerance_cnt": where(variant == "over_exec", pick(("0", "1", "2"), draw.count, draw.rng)),
        "grace_hours": where(variant == "after_stop", pick(("12", "24", "48"), draw.count, draw.rng)),
    }


def missing_record(draw: Draw) -> Columns:
    """V28: reports (60 %) and records of listed services; two consent rows for whole levels."""
    consent = CONSENT[: max(1, min(2, draw.count // 10))]
    coded = draw.count - len(consent)
    variant = pick(("report", "record"), coded, draw.rng, (0.6, 0.4))
    types = pick(("treatment;operation", "course;treatment", "nursing", "operation"), coded, draw.rng)
    none = [None] * len(consent)
    return {
        "variant": [*variant, *(["consent"] * len(consent))],
        "item_codes": [*draw.pool.joined(("201",), coded, 1, 3, draw.rng), *none],
        "rec_type": [*where(variant == "record", types), *none],
        "max_delay_days": [*pick(("3", "7", "14"), coded, draw.rng), *none],
        "chrgitm_lv": [*([None] * coded), *(row[0] for row in consent)],
        "min_amt": [*([None] * coded), *(row[1] for row in consent)],
    }
