"""Generated rows of the shapes person, profile and graph: S04, S08, S09, S10, S11."""

from __future__ import annotations

import numpy as np

from rules.demo.common import Columns, pick, where
from rules.demo.draw import Draw
from rules.demo.icd import joined_draws
from rules.demo.pool import PREFIX_FAMILY

REMOVALS = (("68.4", "N80;N85;D25"), ("51.2", "K80;K81"), ("47.0", "K35-K37"), ("65.6", "N83"), ("06.4", "E05"), ("62.4", "N45"))
SHARES = ("drug_share", "exam_share", "treat_share", "material_share")


def impersonation(draw: Draw) -> Columns:
    """S04: overlapping stays, distant visits, removed organs, on-site checks, card clusters."""
    names = ("overlap_stay", "distant", "organ", "id_mismatch", "card_cluster")
    variant = np.array([names[place % len(names)] for place in range(draw.count)], dtype=object)
    organ = np.array(REMOVALS, dtype=object)[np.arange(draw.count) // len(names) % len(REMOVALS)]
    timed = np.isin(variant, names[:2])
    cluster = variant == "card_cluster"
    return {
        "variant": variant,
        "min_hours": where(timed, np.where(variant == "distant", "2", pick(("12", "24"), draw.count, draw.rng))),
        "removed_oprn": where(variant == "organ", organ[:, 0]),
        "later_diag": where(variant == "organ", organ[:, 1]),
        "cluster_minutes": where(cluster, pick(("10", "15", "30"), draw.count, draw.rng)),
        "cluster_persons": where(cluster, pick(("6", "8", "10"), draw.count, draw.rng)),
    }


def high_frequency(draw: Draw) -> Columns:
    """S08: visits or institutions of a day, month or year, far above the usual."""
    period = pick(("day", "month", "year"), draw.count, draw.rng)
    metric = pick(("visits", "institutions"), draw.count, draw.rng, (0.6, 0.4))
    highest = {"day": 5, "month": 20, "year": 120}
    counts = [
        str((highest[one] + place % 5) // (1 if name == "visits" else 2))
        for place, (one, name) in enumerate(zip(period, metric, strict=True))
    ]
    return {
        "metric": metric,
        "period": period,
        "max_count": counts,
        "z_min": where(draw.rng.random(draw.count) < 0.3, "3"),
        "exempt_diag": "Z49;Z51;Z50;N18",
    }


def substitution(draw: Draw) -> Columns:
    """S09: listed drugs and consumables; one balance and one map row for every code."""
    variant = pick(("balance", "map"), draw.count, draw.rng, (0.8, 0.2))
    variant[:2] = ("balance", "map")[: draw.count]
    items = np.array(draw.pool.joined(("101", "102", "301"), draw.count, 1, 5, draw.rng), dtype=object)
    items[:2] = None
    balance = variant == "balance"
    return {
        "variant": variant,
        "item_codes": items,
        "tolerance_pct": where(balance, pick(("0.05", "0.1", "0.2"), draw.count, draw.rng)),
        "tolerance_cnt": where(balance, pick(("5", "10", "20"), draw.count, draw.rng)),
        "unit_factor": where(balance & (draw.rng.random(draw.count) < 0.1), pick(("10", "12"), draw.count, draw.rng)),
    }


def cost_structure(draw: Draw) -> Columns:
    """S10: fees, days, shares and readmissions of a disease group; never readmissions of a month."""
    metric = pick(("avg_fee", "avg_days", *SHARES, "item_share", "readmit_rate"), draw.count, draw.rng)
    period = pick(("month", "quarter", "year"), draw.count, draw.rng)
    period = np.where(metric == "readmit_rate", pick(("quarter", "year"), draw.count, draw.rng), period)
    items = np.array(draw.pool.joined(("201",), draw.count, 2, 6, draw.rng), dtype=object)
    items[:: max(1, draw.count // 3)] = f"{PREFIX_FAMILY}*"
    sets = np.array(joined_draws(draw.icd.categories("A00", "T98"), draw.count, 1, 4, draw.rng), dtype=object)
    return {
        "diag_set": where(draw.rng.random(draw.count) < 0.97, sets),
        "oprn_flag": where(draw.rng.random(draw.count) < 0.4, pick(("0", "1"), draw.count, draw.rng)),
        "metric": metric,
        "item_codes": where(metric == "item_share", items),
        "period": period,
        "direction": pick(("high", "low", "both"), draw.count, draw.rng, (0.8, 0.1, 0.1)),
        "z_min": pick(("2.5", "3", "3.5"), draw.count, draw.rng),
        "min_cases": pick(("20", "30", "50"), draw.count, draw.rng),
        "min_peers": pick(("5", "6", "8"), draw.count, draw.rng),
    }


def collusion(draw: Draw) -> Columns:
    """S11: admissions together, alike cases, stays from elsewhere."""
    names = ("co_admit", "similar", "offsite")
    variant = np.array([names[place % len(names)] for place in range(draw.count)], dtype=object)
    together, alike = variant == "co_admit", variant == "similar"
    return {
        "variant": variant,
        "min_size": pick(("3", "4", "5"), draw.count, draw.rng),
        "gap_days": where(together, pick(("0", "1", "2"), draw.count, draw.rng)),
        "min_common": where(together, pick(("2", "3"), draw.count, draw.rng)),
        "same_employer": where(together & (draw.rng.random(draw.count) < 0.3), "1"),
        "lookback_months": where(together, pick(("6", "12"), draw.count, draw.rng)),
        "min_sim": where(alike, pick(("0.9", "0.95"), draw.count, draw.rng)),
        "fee_bucket": where(alike, pick(("50", "100"), draw.count, draw.rng)),
        "min_share": where(variant == "offsite", pick(("0.3", "0.4", "0.5"), draw.count, draw.rng)),
    }
