"""Generated rows of the shape window: V09, V12, V16, V26."""

from __future__ import annotations

import numpy as np

from rules.demo.common import Columns, number, pick, where
from rules.demo.draw import Draw
from rules.demo.groups import opsp_diseases
from rules.demo.pool import PREFIX_FAMILY

DRUGS = ("101", "102")
# V12 rows that look at every line of a kind; their limits are far above an ordinary visit, month or year.
EVERY_LINE_LIMITS = (
    ("101", "visit", "80000"),
    ("102", "visit", "40000"),
    ("103", "rx", "5000"),
    ("201", "visit", "200000"),
    ("301", "visit", "200000"),
    ("101;102;103", "year", "400000"),
)


def payable_course(draw: Draw) -> Columns:
    """V09: days a visit (70 %), a year or a course with a restart gap."""
    period = pick(("visit", "year", "course"), draw.count, draw.rng, (0.7, 0.2, 0.1))
    days = {"visit": ("14", "21", "28"), "year": ("90", "180"), "course": ("60", "90")}
    return {
        "med_list_codg": draw.codes(draw.targets(DRUGS)),
        "max_days": [days[name][place % len(days[name])] for place, name in enumerate(period)],
        "period": period,
        "restart_gap": where(period == "course", "90"),
        "day_basis": pick(("date", "prd_days"), draw.count, draw.rng, (0.8, 0.2)),
    }


def payment_limit(draw: Draw) -> Columns:
    """V12: sums of listed codes at sixty reference prices, special diseases by month, few whole kinds, few prefixes."""
    every = EVERY_LINE_LIMITS[: max(1, min(len(EVERY_LINE_LIMITS), draw.count // 10))]
    rest = draw.count - len(every)
    codes = draw.pool.lists(("101", "102", "201", "301"), rest, 1, 3, draw.rng)
    prices = dict(zip(draw.pool.code, draw.pool.frame["price_fen"].to_numpy(), strict=True))
    highest = np.array([max(prices[code] for code in one) for one in codes], dtype=float) * 60 / 100
    texts = [";".join(one) for one in codes]
    texts[:: max(1, rest // 4)] = [f"{PREFIX_FAMILY}*"] * len(texts[:: max(1, rest // 4)])
    special = draw.rng.random(rest) < 0.3
    diseases = pick(tuple(code for code, _ in opsp_diseases()), rest, draw.rng)
    none = [None] * len(every)
    return {
        "opsp_dise_code": [*none, *where(special, diseases)],
        "item_codes": [*none, *texts],
        "list_type": [*(row[0] for row in every), *([None] * rest)],
        "period": [*(row[1] for row in every), *pick(("month", "quarter", "year", "visit"), rest, draw.rng)],
        "measure": pick(("inscp", "amt"), draw.count, draw.rng),
        "limit_amt": [*(row[2] for row in every), *number(np.maximum(highest, 5000))],
    }


def frequency_limit(draw: Draw) -> Columns:
    """V16: counts per day, visit, stay day, block, week, month, quarter or year; never below one."""
    single = len(draw.pool.singles("V16"))
    alone = draw.codes(draw.targets(("201",), count=min(single, draw.count)))
    rest = draw.count - len(alone)
    window = pick(
        ("day", "person_day", "visit", "stay", "block", "week", "month", "quarter", "year"),
        draw.count,
        draw.rng,
        (0.35, 0.1, 0.1, 0.1, 0.05, 0.1, 0.1, 0.05, 0.05),
    )
    highest = {"day": 2, "person_day": 2, "visit": 30, "stay": 2, "block": 3, "week": 4, "month": 10, "quarter": 12, "year": 24}
    limit = np.array([str(highest[name] + place % 3) for place, name in enumerate(window)], dtype=object)
    inpatient_only = (window == "stay") | (draw.rng.random(draw.count) < 0.1)
    return {
        "item_codes": [*alone, *draw.pool.joined(("201",), rest, 1, 4, draw.rng)],
        "window": window,
        "limit_otp": where(~inpatient_only, limit),
        "limit_ipt": limit,
        "block_days": where(window == "block", pick(("7", "10", "14"), draw.count, draw.rng)),
        "day_rule": where(window == "stay", pick(("both", "nights"), draw.count, draw.rng)),
    }


def tcm_slices(draw: Draw) -> Columns:
    """V26: grams a day and a prescription, one charged count being one gram."""
    daily = draw.rng.random(draw.count) < 0.5
    return {
        "variant": np.where(daily, "daily", "total"),
        "med_list_codg": draw.codes(draw.targets(("103",))),
        "unit_grams": "1",
        "max_grams": np.where(daily, pick(("30", "45", "60"), draw.count, draw.rng), pick(("420", "600"), draw.count, draw.rng)),
    }
