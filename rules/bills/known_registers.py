"""Registers as the end of a month knew them (SQL, both engines)."""

from __future__ import annotations

from collections.abc import Sequence

from lake.tables.schema import Table
from rules.bills.known import SET_ASIDE, Statement

# Of a register, the newest row of each key that an asked month knew; the first row of a key is known from the beginning.
_REGISTER = """
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
SELECT month, {columns}
FROM ranked
WHERE newest = 1
"""


def register_statement(name: str, table: Table, columns: Sequence[str], month: str = "") -> Statement:
    """The statement for ``name``: by ``asked`` month the table's rows as it knew them, of its own ``month`` if it has one."""
    return name, _REGISTER.format(
        table=table.name,
        key=", ".join(table.key),
        stored_key=", ".join(f"stored.{column}" for column in table.key),
        same_key=" AND ".join(f"first_row.{column} = stored.{column}" for column in table.key),
        listed=", ".join(f"stored.{column}" for column in columns),
        columns=", ".join(columns),
        is_of_month=f"asked.month = stored.{month}" if month else "TRUE",
        set_aside=SET_ASIDE.format(table=table.name),
    )
