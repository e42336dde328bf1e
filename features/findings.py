"""Findings and conclusions by whom they are about. Reads ``found`` (active findings by month, as the month's publication had
them), ``finding_conclusion`` (jr_id, grain, row_key, concluded_on, seq, is_confirmed) and ``asked``."""

from __future__ import annotations

from lake.tables.rule_type_names import RULE_TYPE_NAMES

TYPES = tuple(type_id.lower() for type_id in RULE_TYPE_NAMES)


def type_counts(prefix: str, condition: str = "TRUE") -> str:
    """SQL of a count of rows for each rule type, of those that meet the condition."""
    return ", ".join(
        f"count(CASE WHEN rule_type_id = '{name.upper()}' AND {condition} THEN 1 END) AS {prefix}_{name}" for name in TYPES
    )


# The latest conclusion on each case, finding or line by the end of each asked month; the narrowest of a finding counts, and a
# finding of which any line was confirmed is confirmed.
CONCLUDED = """
WITH ranked AS (
    SELECT asked.month, said.jr_id, said.grain, said.is_confirmed,
        row_number() OVER (PARTITION BY asked.month, said.jr_id, said.grain, said.row_key
            ORDER BY said.concluded_on DESC, said.seq DESC) AS newest
    FROM finding_conclusion AS said
    JOIN asked ON said.concluded_on <= asked.last_day
),
latest AS (
    SELECT month, jr_id, grain, max(is_confirmed) AS is_confirmed
    FROM ranked
    WHERE newest = 1
    GROUP BY month, jr_id, grain
),
narrowest AS (
    SELECT month, jr_id, max_by(is_confirmed, grain) AS is_confirmed
    FROM latest
    GROUP BY month, jr_id
)
SELECT narrowest.month, narrowest.is_confirmed, found.rule_type_id, found.psn_no, found.fixmedins_code, found.bilg_dr_codg
FROM narrowest
JOIN asked ON asked.month = narrowest.month
JOIN found ON found.jr_id = narrowest.jr_id
WHERE found.month_no BETWEEN asked.month_no - 11 AND asked.month_no
"""


def subject_findings(subject: str, key: str) -> list[tuple[str, str]]:
    """Statements for ``<subject>_found`` and ``<subject>_concluded``: one row for each month and value of ``key``."""
    found = f"""
SELECT month, {key} AS subject, count(*) AS found,
    count(CASE WHEN startswith(rule_type_id, 'V') THEN 1 END) AS found_violation,
    count(CASE WHEN startswith(rule_type_id, 'S') THEN 1 END) AS found_suspicion, {type_counts("found")}
FROM found
WHERE {key} IS NOT NULL
GROUP BY month, {key}
"""
    concluded = f"""
SELECT month, {key} AS subject, count(*) AS reviewed, CAST(sum(is_confirmed) AS BIGINT) AS confirmed,
    {type_counts("confirmed", "is_confirmed = 1")}
FROM concluded
WHERE {key} IS NOT NULL
GROUP BY month, {key}
"""
    return [(f"{subject}_found", found), (f"{subject}_concluded", concluded)]


STATEMENTS = (("concluded", CONCLUDED),)
