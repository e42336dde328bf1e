"""Drugs given to a person again, and too early. Reads ``line`` and ``asked``."""

from __future__ import annotations

REFILL_DAYS = 120
# Settled so many months before at most can a supply have been given 120 days ago.
REFILL_MONTHS = 5

# One row for each drug, person, visit and day, with the days of supply (ten-thousandths). Settlements of earlier months come
# first, so that no supply is seen before it was settled.
REFILL = f"""
WITH fill AS (
    SELECT line.month, line.mdtrt_id, line.psn_no, line.fixmedins_code, line.code_key, line.fee_date,
        max(coalesce(line.bilg_dr_codg, '')) AS bilg_dr_codg, sum(line.prd_days) AS days
    FROM line
    WHERE line.list_type IN ('101', '102', '103') AND line.prd_days > 0 AND NOT line.is_inpatient
        AND line.code_key IS NOT NULL AND line.psn_no IS NOT NULL
        AND line.month >= (SELECT min(refills_from) AS refills_from FROM asked)
    GROUP BY line.month, line.mdtrt_id, line.psn_no, line.fixmedins_code, line.code_key, line.fee_date
),
followed AS (
    SELECT month, mdtrt_id, psn_no, fixmedins_code, bilg_dr_codg, fee_date,
        lag(fee_date) OVER (PARTITION BY psn_no, code_key ORDER BY month, fee_date, mdtrt_id, fixmedins_code) AS last_date,
        lag(days) OVER (PARTITION BY psn_no, code_key ORDER BY month, fee_date, mdtrt_id, fixmedins_code) AS last_days
    FROM fill
)
SELECT followed.month, mdtrt_id, psn_no, fixmedins_code, nullif(bilg_dr_codg, '') AS bilg_dr_codg,
    CASE WHEN datediff(fee_date, last_date) * 50000 < last_days * 4 THEN 1 ELSE 0 END AS is_early
FROM followed
JOIN asked ON asked.month = followed.month
WHERE datediff(fee_date, last_date) BETWEEN 1 AND {REFILL_DAYS}
"""


def subject_refills(subject: str, key: str) -> tuple[str, str]:
    """The statement for ``<subject>_refill``: one row for each month and value of ``key``."""
    return (
        f"{subject}_refill",
        f"""
SELECT month, {key} AS subject, count(*) AS refills, CAST(sum(is_early) AS BIGINT) AS early_refills
FROM refill
WHERE {key} IS NOT NULL
GROUP BY month, {key}
""",
    )


STATEMENTS = (("refill", REFILL),)
