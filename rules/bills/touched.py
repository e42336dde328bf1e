"""Visits whose bills may differ after a night's rows came, closed under what bills of two visits may share (SQL, both engines).

Reads ``changed_visit`` (mdtrt_id), ``changed_person`` (psn_no) and all stored rows, in force or not, of fee_list_d and setl_d.
"""

from __future__ import annotations

from rules.engines import Repeat, Statement

# Which settlements a visit has to do with: its own, those that they reverse, and those of another visit that its lines name.
_VISIT_SETL = """
SELECT settlement.mdtrt_id, settlement.setl_id
FROM every_setl_d AS settlement
WHERE settlement.mdtrt_id IS NOT NULL
UNION ALL
SELECT settlement.mdtrt_id, settlement.init_setl_id AS setl_id
FROM every_setl_d AS settlement
WHERE settlement.mdtrt_id IS NOT NULL AND settlement.init_setl_id IS NOT NULL
UNION ALL
SELECT line.mdtrt_id, line.setl_id
FROM every_fee_list_d AS line
LEFT JOIN every_setl_d AS own ON own.setl_id = line.setl_id AND own.mdtrt_id = line.mdtrt_id
WHERE own.setl_id IS NULL
"""

# A person's register says something of every settlement of that person.
_FIRST = """
SELECT mdtrt_id FROM changed_visit
UNION
SELECT settlement.mdtrt_id
FROM every_setl_d AS settlement
JOIN changed_person ON changed_person.psn_no = settlement.psn_no
WHERE settlement.mdtrt_id IS NOT NULL
"""

_GROWN = """
SELECT mdtrt_id FROM touched_visit
UNION
SELECT other.mdtrt_id
FROM touched_visit
JOIN visit_setl AS own ON own.mdtrt_id = touched_visit.mdtrt_id
JOIN visit_setl AS other ON other.setl_id = own.setl_id
"""

_BEYOND = f"""
SELECT grown.mdtrt_id
FROM ({_GROWN}) AS grown
LEFT JOIN touched_visit ON touched_visit.mdtrt_id = grown.mdtrt_id
WHERE touched_visit.mdtrt_id IS NULL
"""

TOUCHED_STATEMENTS: tuple[Statement, ...] = (
    ("visit_setl", _VISIT_SETL),
    ("touched_visit", _FIRST),
    Repeat("touched_visit", _GROWN, _BEYOND),
)

# The bills of those visits as they stood: in which months, and whose; '' where nobody is named.
_REPLACED = """
SELECT {name}.month, coalesce({name}.psn_no, '') AS psn_no
FROM every_{name} AS {name}
JOIN touched_visit ON touched_visit.mdtrt_id = {name}.mdtrt_id
"""
_REBUILT = """
SELECT {name}.month, coalesce({name}.psn_no, '') AS psn_no
FROM {name}
"""
REPLACED_STATEMENT = ("replaced_bill", "UNION".join(_REPLACED.format(name=name) for name in ("line", "visit", "settlement")))
REBUILT_STATEMENT = (
    "rebuilt_bill",
    "UNION".join(_REBUILT.format(name=name) for name in ("bill_line", "bill_visit", "settlement_fact")),
)
# Whose bills, and bills of which months, may differ from what stood; a person whose register changed with them.
AFFECTED_STATEMENTS = (
    (
        "affected_person",
        "SELECT psn_no FROM replaced_bill UNION SELECT psn_no FROM rebuilt_bill UNION SELECT psn_no FROM changed_person",
    ),
    ("affected_month", "SELECT month FROM replaced_bill UNION SELECT month FROM rebuilt_bill"),
)
