"""Visits whose bills may differ after a night's rows came, closed under what bills of two visits may share (SQL, both engines).

Reads ``changed_visit`` (mdtrt_id), ``changed_person`` (psn_no) and all stored rows, in force or not, of fee_list_d and setl_d.
"""

from __future__ import annotations

from rules.engines import Repeat, Statement

# A person's register says something of every settlement of that person.
_FIRST = """
SELECT mdtrt_id FROM changed_visit
UNION
SELECT settlement.mdtrt_id
FROM every_setl_d AS settlement
JOIN changed_person ON changed_person.psn_no = settlement.psn_no
WHERE settlement.mdtrt_id IS NOT NULL
"""

# A line of one visit may name a settlement of another one, and a refund a settlement elsewhere: then their bills hang together.
_GROWN = """
WITH own AS (
    SELECT settlement.setl_id
    FROM every_setl_d AS settlement
    JOIN touched_visit ON touched_visit.mdtrt_id = settlement.mdtrt_id
    UNION
    SELECT line.setl_id
    FROM every_fee_list_d AS line
    JOIN touched_visit ON touched_visit.mdtrt_id = line.mdtrt_id
),
linked AS (
    SELECT setl_id FROM own
    UNION
    SELECT settlement.init_setl_id
    FROM every_setl_d AS settlement
    JOIN own ON own.setl_id = settlement.setl_id
    WHERE settlement.init_setl_id IS NOT NULL
    UNION
    SELECT settlement.setl_id
    FROM every_setl_d AS settlement
    JOIN own ON own.setl_id = settlement.init_setl_id
)
SELECT mdtrt_id FROM touched_visit
UNION
SELECT settlement.mdtrt_id
FROM every_setl_d AS settlement
JOIN linked ON linked.setl_id = settlement.setl_id
WHERE settlement.mdtrt_id IS NOT NULL
UNION
SELECT line.mdtrt_id
FROM every_fee_list_d AS line
JOIN linked ON linked.setl_id = line.setl_id
"""

_BEYOND = f"""
SELECT grown.mdtrt_id
FROM ({_GROWN}) AS grown
LEFT JOIN touched_visit ON touched_visit.mdtrt_id = grown.mdtrt_id
WHERE touched_visit.mdtrt_id IS NULL
"""

TOUCHED_STATEMENTS: tuple[Statement, ...] = (
    ("touched_visit", _FIRST),
    Repeat("touched_visit", _GROWN, _BEYOND),
)
