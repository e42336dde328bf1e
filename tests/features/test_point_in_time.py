"""A month's row holds what was known by its end: what comes later changes nothing in it, nor do the months made beside it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.features.county import MONTHS, drawn, features_by
from tests.features.world import Row, cells

# Findings of every month; the second was concluded on twice, the first time by the end of March.
FOUND = """
    month   | jr_id | rule_type_id | psn_no | fixmedins_code | mdtrt_id | bilg_dr_codg
    2025-01 | j1    | V02          | p1     | h1             | v1       | d1
    2025-02 | j2    | S01          | p2     | h0             | v2       | d2
    2025-03 | j3    | V13          | p3     | h2             | v3       | d3
    2025-04 | j4    | V02          | p1     | h1             | v4       | d1
    """
CONCLUDED = """
    jr_id | grain | row_key | concluded_on | seq | is_confirmed
    j1    | 2     | ,       | 2025-03-31   | 1   | 1
    j2    | 2     | ,       | 2025-03-20   | 2   | 0
    j2    | 2     | ,       | 2025-04-01   | 3   | 1
    j3    | 2     | ,       | 2025-05-02   | 4   | 1
    """


def known_by(month: str) -> dict[str, list[Row]]:
    """Findings and conclusions of a lake that nothing later ever came to."""
    return {
        "found": [row for row in cells(FOUND) if row["month"] <= month],
        "finding_conclusion": [row for row in cells(CONCLUDED) if row["concluded_on"][:7] <= month],
        "day_off": cells("fee_date\n2025-03-08"),
    }


def of_month(tables: dict[str, Any], month: str) -> dict[str, Any]:
    return {name: [row for row in rows if row["month"] == month] for name, rows in tables.items()}


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.long)])
def test_a_month_alone_with_everything_later_removed_is_the_month_among_all(seed: int) -> None:
    batches = drawn(seed)
    everything = features_by(batches, list(MONTHS), **known_by(MONTHS[-1]))
    own_stays = {(row["month"], row["bilg_dr_codg"]): row["own_stay_share"] for row in everything["doctor_month"]}
    assert {0.0, None} < set(own_stays.values())

    for month in MONTHS:
        until_then = {batch: rows for batch, rows in batches.items() if batch <= month}
        assert of_month(everything, month) == features_by(until_then, [month], **known_by(month)), month
