"""Visits with what others say of them: peers, earlier stays, the same day. Reads ``visit``, ``doctor_line``, ``visit_line``."""

from __future__ import annotations

from features.lines import ADDED

# A mean of fewer visits says little; then the level and class stand in, then nothing.
LEAST_PEERS = 10
READMITTED_DAYS, REMEMBERED_DAYS = 30, 180

_SUMS = ", ".join(f"coalesce(line.{name}, 0) AS {name}" for name in ADDED)

# One row for each visit and month in which it was settled.
VISIT_FACT = f"""
SELECT visit.month, CAST(substr(visit.month, 1, 4) AS INT) * 12 + CAST(substr(visit.month, 6, 2) AS INT) AS month_no,
    visit.mdtrt_id, visit.psn_no, visit.fixmedins_code, visit.visit_class, visit.insutype, visit.hosp_rank, visit.begn_time,
    visit.end_time, visit.brdy, visit.fund_amt, visit.has_oprn, size(visit.diag_keys) AS diagnoses, visit.main_diag,
    visit.pay_loc IN ('3', '4') AS is_offsite, coalesce(visit.visit_class = 'IPT', FALSE) AS is_stay,
    CAST(visit.begn_time AS DATE) AS begin_day,
    CASE WHEN visit.visit_class = 'IPT'
        THEN greatest(datediff(CAST(visit.end_time AS DATE), CAST(visit.begn_time AS DATE)), 1) END AS stay_days,
    coalesce(visit.hosp_rank, -1) AS peer_rank, coalesce(visit.visit_class, '') AS peer_class,
    coalesce(substr(visit.main_diag, 1, 3), '') AS peer_disease,
    line.bilg_dr_codg, coalesce(line.doctors, 0) AS doctors, {_SUMS}
FROM visit
LEFT JOIN visit_line AS line ON line.month = visit.month AND line.mdtrt_id = visit.mdtrt_id
"""

# When the person's last stay ended. Settlements of earlier months come first, so that none is seen before it was settled.
LAST_STAY = """
SELECT month, mdtrt_id, datediff(begin_day, CAST(last_end AS DATE)) AS days_since_stay
FROM (
    SELECT month, mdtrt_id, begin_day, is_asking,
        max(stay_end) OVER (PARTITION BY psn_no ORDER BY month_no, begn_time, mdtrt_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_end
    FROM (
        SELECT month, month_no, mdtrt_id, psn_no, begin_day, begn_time, TRUE AS is_asking,
            CASE WHEN is_stay THEN end_time END AS stay_end
        FROM visit_fact
        WHERE psn_no IS NOT NULL
    ) AS told
) AS so_far
WHERE last_end IS NOT NULL
"""

# Visits other than stays of a person and day, settled in the same asked month.
SAME_DAY = """
SELECT fact.month, fact.psn_no, fact.begin_day, count(*) AS visits, size(collect_set(fact.fixmedins_code)) AS institutions
FROM visit_fact AS fact
JOIN asked ON asked.month = fact.month
WHERE fact.psn_no IS NOT NULL AND NOT fact.is_stay
GROUP BY fact.month, fact.psn_no, fact.begin_day
"""

# The mean amount of a visit (or of a doctor's part of it) by level, class and disease group of an asked month, and without the
# group.
_PEER = """
SELECT fact.month, fact.peer_rank, fact.peer_class, {disease}count(*) AS peers,
    CAST(sum(fact.fee) AS DOUBLE) / count(*) AS mean_fee
FROM {relation} AS fact
JOIN asked ON asked.month = fact.month
WHERE fact.fee > 0
GROUP BY fact.month, fact.peer_rank, fact.peer_class{by_disease}
"""
_PEERED = """
SELECT fact.month, {key}, CASE WHEN near.peers >= {least} THEN near.peers WHEN wide.peers >= {least} THEN wide.peers END AS peers,
    CASE WHEN near.peers >= {least} THEN fact.fee / near.mean_fee WHEN wide.peers >= {least} THEN fact.fee / wide.mean_fee END
        AS fee_to_peers
FROM {relation} AS fact
JOIN {relation}_near AS near ON near.month = fact.month AND near.peer_rank = fact.peer_rank
    AND near.peer_class = fact.peer_class AND near.peer_disease = fact.peer_disease
JOIN {relation}_wide AS wide ON wide.month = fact.month AND wide.peer_rank = fact.peer_rank
    AND wide.peer_class = fact.peer_class
WHERE fact.fee > 0
"""


def peer_statements(relation: str, key: str) -> list[tuple[str, str]]:
    """Statements for ``<relation>_peered``: by month and ``key``, what a row cost beside its peers."""
    return [
        (f"{relation}_near", _PEER.format(relation=relation, disease="fact.peer_disease, ", by_disease=", fact.peer_disease")),
        (f"{relation}_wide", _PEER.format(relation=relation, disease="", by_disease="")),
        (f"{relation}_peered", _PEERED.format(relation=relation, key=key, least=LEAST_PEERS)),
    ]


# A doctor's part of each visit.
DOCTOR_FACT = f"""
SELECT fact.month, fact.month_no, line.bilg_dr_codg AS subject, fact.mdtrt_id, fact.psn_no, fact.fixmedins_code, fact.is_stay,
    fact.begin_day, fact.stay_days, fact.is_offsite, fact.main_diag, fact.peer_rank, fact.peer_class, fact.peer_disease,
    {", ".join(f"line.{name}" for name in ADDED)}
FROM doctor_line AS line
JOIN visit_fact AS fact ON fact.month = line.month AND fact.mdtrt_id = line.mdtrt_id
WHERE line.bilg_dr_codg <> ''
"""

STATEMENTS: tuple[tuple[str, str], ...] = (
    ("visit_fact", VISIT_FACT),
    ("last_stay", LAST_STAY),
    ("same_day", SAME_DAY),
    *peer_statements("visit_fact", "fact.mdtrt_id"),
    ("doctor_fact", DOCTOR_FACT),
    *peer_statements("doctor_fact", "fact.mdtrt_id, fact.subject"),
)
