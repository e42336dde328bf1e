"""Visits of the asked months with what others say of them: peers, earlier stays, the same day; and the volumes of every month.

Reads ``visit``, ``asked`` and the relations of features/lines.py.
"""

from __future__ import annotations

from features.lines import ADDED

# A mean of fewer visits says little; then the level and class stand in, then nothing.
LEAST_PEERS = 10
READMITTED_DAYS, REMEMBERED_DAYS = 30, 180

_SUMS = ", ".join(f"coalesce(line.{name}, 0) AS {name}" for name in ADDED)

_MONTH_NO = "CAST(substr(visit.month, 1, 4) AS INT) * 12 + CAST(substr(visit.month, 6, 2) AS INT)"

# One row for each visit and month of the window in which it was settled.
VISIT_VOLUME = f"""
SELECT visit.month, {_MONTH_NO} AS month_no, visit.mdtrt_id, visit.psn_no, visit.fixmedins_code,
    coalesce(told.fee, 0) AS fee, coalesce(told.lines, 0) AS lines
FROM visit
LEFT JOIN (
    SELECT month, mdtrt_id, CAST(sum(fee) AS BIGINT) AS fee, CAST(sum(lines) AS BIGINT) AS lines
    FROM billed
    GROUP BY month, mdtrt_id
) AS told ON told.month = visit.month AND told.mdtrt_id = visit.mdtrt_id
"""

# A doctor's part of each of them.
DOCTOR_PART_VOLUME = f"""
SELECT visit.month, {_MONTH_NO} AS month_no, billed.bilg_dr_codg, billed.fee, billed.lines
FROM billed
JOIN visit ON visit.month = billed.month AND visit.mdtrt_id = billed.mdtrt_id
WHERE billed.bilg_dr_codg <> ''
"""

# One row for each visit and asked month in which it was settled.
VISIT_FACT = f"""
SELECT visit.month, asked.month_no, visit.mdtrt_id, visit.psn_no, visit.fixmedins_code, visit.visit_class, visit.insutype,
    visit.hosp_rank, visit.begn_time, visit.end_time, visit.brdy, visit.fund_amt, visit.has_oprn,
    size(visit.diag_keys) AS diagnoses, visit.main_diag,
    visit.pay_loc IN ('3', '4') AS is_offsite, coalesce(visit.visit_class = 'IPT', FALSE) AS is_stay,
    CAST(visit.begn_time AS DATE) AS begin_day,
    CASE WHEN visit.visit_class = 'IPT'
        THEN greatest(datediff(CAST(visit.end_time AS DATE), CAST(visit.begn_time AS DATE)), 1) END AS stay_days,
    coalesce(visit.hosp_rank, -1) AS peer_rank, coalesce(visit.visit_class, '') AS peer_class,
    coalesce(substr(visit.main_diag, 1, 3), '') AS peer_disease,
    line.bilg_dr_codg, coalesce(line.doctors, 0) AS doctors, {_SUMS}
FROM visit
JOIN asked ON asked.month = visit.month
LEFT JOIN visit_line AS line ON line.month = visit.month AND line.mdtrt_id = visit.mdtrt_id
"""

# When the person's last stay before ended. Settlements of earlier months come first, so that none is seen before it was settled.
LAST_STAY = """
SELECT fact.month, fact.mdtrt_id, datediff(fact.begin_day, CAST(max(stay.end_time) AS DATE)) AS days_since_stay
FROM visit_fact AS fact
JOIN visit AS stay ON stay.psn_no = fact.psn_no AND stay.visit_class = 'IPT' AND (
    stay.month < fact.month
    OR (stay.month = fact.month AND stay.begn_time < fact.begn_time)
    OR (stay.month = fact.month AND stay.begn_time = fact.begn_time AND stay.mdtrt_id < fact.mdtrt_id)
)
WHERE stay.end_time IS NOT NULL
GROUP BY fact.month, fact.mdtrt_id, fact.begin_day
"""

# Visits other than stays of a person and day, settled in the same month.
SAME_DAY = """
SELECT fact.month, fact.psn_no, fact.begin_day, count(*) AS visits, size(collect_set(fact.fixmedins_code)) AS institutions
FROM visit_fact AS fact
WHERE fact.psn_no IS NOT NULL AND NOT fact.is_stay
GROUP BY fact.month, fact.psn_no, fact.begin_day
"""

# The mean amount of a visit (or of a doctor's part of it) by level, class and disease group of a month, and without the group.
_PEER = """
SELECT fact.month, fact.peer_rank, fact.peer_class, {disease}count(*) AS peers,
    CAST(sum(fact.fee) AS DOUBLE) / count(*) AS mean_fee
FROM {relation} AS fact
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


# A doctor's part of each visit of an asked month.
DOCTOR_FACT = f"""
SELECT fact.month, fact.month_no, line.bilg_dr_codg AS subject, fact.mdtrt_id, fact.psn_no, fact.fixmedins_code, fact.is_stay,
    fact.begin_day, fact.stay_days, fact.is_offsite, fact.main_diag, fact.peer_rank, fact.peer_class, fact.peer_disease,
    {", ".join(f"line.{name}" for name in ADDED)}
FROM doctor_line AS line
JOIN visit_fact AS fact ON fact.month = line.month AND fact.mdtrt_id = line.mdtrt_id
WHERE line.bilg_dr_codg <> ''
"""

STATEMENTS: tuple[tuple[str, str], ...] = (
    ("visit_volume", VISIT_VOLUME),
    ("doctor_part_volume", DOCTOR_PART_VOLUME),
    ("visit_fact", VISIT_FACT),
    ("last_stay", LAST_STAY),
    ("same_day", SAME_DAY),
    *peer_statements("visit_fact", "fact.mdtrt_id"),
    ("doctor_fact", DOCTOR_FACT),
    *peer_statements("doctor_fact", "fact.mdtrt_id, fact.subject"),
)
