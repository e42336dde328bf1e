"""Registers as the end of a month knew them (SQL, both engines)."""

from __future__ import annotations

from collections.abc import Sequence

from lake.tables import PRAC_PSN_D
from lake.tables.schema import Table
from rules.bills.known import SET_ASIDE, Statement

# Of a register, the rows that an asked month knew, by age; the first row of a key is known from the beginning.
_RANKED = """
WITH first_row AS (
    SELECT {key}, min(batch_id) AS batch_id FROM every_{table} GROUP BY {key}
),
ranked AS (
    SELECT asked.month, {listed},
        row_number() OVER (PARTITION BY asked.month, {stored_key} ORDER BY stored.batch_id DESC) AS newest
    FROM every_{table} AS stored
    JOIN first_row ON {same_key}
    JOIN batch_month ON batch_month.batch_id = stored.batch_id
    JOIN asked ON {is_of_month}
    {set_aside}
    WHERE set_aside.line_no IS NULL AND (stored.batch_id = first_row.batch_id OR batch_month.month <= asked.month)
)
"""
_NEWEST = """
SELECT month, {columns}
FROM ranked
WHERE newest = 1
"""
# Who a doctor is among insured persons: whom the newest row names, unless an older one names somebody else.
_DOCTOR_PERSON = """
SELECT month, prac_psn_code AS bilg_dr_codg, min(psn_no) AS psn_no
FROM ranked
GROUP BY month, prac_psn_code
HAVING min(psn_no) = max(psn_no) AND count(CASE WHEN newest = 1 THEN psn_no END) = 1
"""


def register_statement(name: str, table: Table, columns: Sequence[str], month: str = "") -> Statement:
    """The statement for ``name``: by ``asked`` month the table's rows as it knew them, of its own ``month`` if it has one."""
    return name, _ranked(table, columns, month) + _NEWEST.format(columns=", ".join(columns))


def doctor_person_statement(name: str) -> Statement:
    """The statement for ``name``: by ``asked`` month the doctors whose own number the register told by its end."""
    return name, _ranked(PRAC_PSN_D, ("prac_psn_code", "psn_no")) + _DOCTOR_PERSON


def _ranked(table: Table, columns: Sequence[str], month: str = "") -> str:
    return _RANKED.format(
        table=table.name,
        key=", ".join(table.key),
        stored_key=", ".join(f"stored.{column}" for column in table.key),
        same_key=" AND ".join(f"first_row.{column} = stored.{column}" for column in table.key),
        listed=", ".join(f"stored.{column}" for column in columns),
        is_of_month=f"asked.month = stored.{month}" if month else "TRUE",
        set_aside=SET_ASIDE.format(table=table.name),
    )
