"""Bills as they were known at the end of the month of their settlement, where they are others now (SQL, both engines).

A settlement is known since its own time, and a refund since its own. What came with a visit's first settlement, or before it,
is known with it; what came in a later batch, a corrected row too, since that batch's month: that of the newest settlement in it
or in a batch before it. So only visits of which something came later, was given back later or was settled in several months were
others: they are put together again, by the statements of all bills, for each month in which they were settled.

Reads every_<table> (stored rows, in force or not), ``loaded_batch`` (batch_id), ``set_aside`` and ``wanted_month``, beside what
the bills read. A visit as a month knew it bears the number <mdtrt_id>U+001F<month>, its settlements likewise.
"""

from __future__ import annotations

from collections.abc import Sequence

from lake.tables import DIAG_D, FEE_LIST_D, MDTRT_D, OPRN_D, SETL_D
from lake.tables.schema import Table

Statement = tuple[str, str]

# Tables of which a bill is put together, and when their first rows are known: with their settlement, or with their visit.
KNOWN_TABLES = (MDTRT_D, SETL_D, FEE_LIST_D, DIAG_D, OPRN_D)
AT = "chr(31)"

BATCH_MONTH = """
WITH newest AS (
    SELECT batch_id, max(date_format(setl_time, 'yyyy-MM')) AS month FROM every_setl_d GROUP BY batch_id
)
SELECT loaded_batch.batch_id, coalesce(max(newest.month) OVER (ORDER BY loaded_batch.batch_id
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), '0000-00') AS month
FROM loaded_batch
LEFT JOIN newest ON newest.batch_id = loaded_batch.batch_id
"""

# One row for each settlement, as it first came.
FIRST_SETTLED = """
SELECT setl_id, min(batch_id) AS batch_id, min_by(mdtrt_id, batch_id) AS mdtrt_id,
    min_by(coalesce(date_format(setl_time, 'yyyy-MM'), '0000-00'), batch_id) AS month
FROM every_setl_d
GROUP BY setl_id
"""
FIRST_VISIT = """
SELECT mdtrt_id, min(batch_id) AS batch_id, min(month) AS month
FROM first_settled
WHERE mdtrt_id IS NOT NULL
GROUP BY mdtrt_id
"""

# Settlement rows with the visit that they say something of: their own, and that of the settlement that they reverse.
SETTLED_ROW = """
WITH told AS (
    SELECT mdtrt_id, setl_id, batch_id, setl_time FROM every_setl_d
    UNION ALL
    SELECT reversed.mdtrt_id, setl.setl_id, setl.batch_id, setl.setl_time
    FROM every_setl_d AS setl
    JOIN first_settled AS reversed ON reversed.setl_id = setl.init_setl_id AND reversed.mdtrt_id <> setl.mdtrt_id
)
SELECT DISTINCT told.mdtrt_id, told.setl_id, told.batch_id,
    CASE WHEN told.batch_id > first_settled.batch_id
        THEN greatest(batch_month.month, coalesce(date_format(told.setl_time, 'yyyy-MM'), '0000-00'))
        ELSE coalesce(date_format(told.setl_time, 'yyyy-MM'), '0000-00') END AS known
FROM told
JOIN first_settled ON first_settled.setl_id = told.setl_id
JOIN batch_month ON batch_month.batch_id = told.batch_id
WHERE told.mdtrt_id IS NOT NULL
"""

# Of the other tables only rows that may be known later than their visit.
_LATER = """
SELECT stored.mdtrt_id
FROM every_{table} AS stored
JOIN first_visit ON first_visit.mdtrt_id = stored.mdtrt_id
WHERE stored.batch_id > first_visit.batch_id{or_refund}
"""
_MOVED = """
SELECT settled_row.mdtrt_id
FROM settled_row
JOIN first_visit ON first_visit.mdtrt_id = settled_row.mdtrt_id
WHERE settled_row.known > first_visit.month
"""


_OR_REFUND = """
    OR stored.init_feedetl_sn IS NOT NULL AND date_format(stored.fee_ocur_time, 'yyyy-MM') > first_visit.month"""


def _late_visits() -> str:
    """The visits that may have been others, each once."""
    later = [
        _LATER.format(table=table.name, or_refund=_OR_REFUND if table is FEE_LIST_D else "")
        for table in KNOWN_TABLES
        if table is not SETL_D
    ]
    return "UNION".join([_MOVED, *later])


# In which of the wanted months they were settled.
LATE_MONTH = """
SELECT DISTINCT first_settled.mdtrt_id, first_settled.month
FROM late_visit
JOIN first_settled ON first_settled.mdtrt_id = late_visit.mdtrt_id
JOIN wanted_month ON wanted_month.month = first_settled.month
"""

SET_ASIDE = """LEFT JOIN set_aside ON set_aside.table_name = '{table}' AND set_aside.batch_id = stored.batch_id
    AND set_aside.file = stored.file AND set_aside.line_no = stored.line_no"""

# Settlements as a month knew them, those of others that reverse them too.
_KNOWN_SETL = """
WITH known AS (
    SELECT late_month.month AS at_month, settled_row.setl_id, max(settled_row.batch_id) AS batch_id
    FROM late_month
    JOIN settled_row ON settled_row.mdtrt_id = late_month.mdtrt_id
    WHERE settled_row.known <= late_month.month
    GROUP BY late_month.month, settled_row.setl_id
)
SELECT {columns}
FROM known
JOIN every_setl_d AS stored ON stored.setl_id = known.setl_id AND stored.batch_id = known.batch_id
{set_aside}
WHERE set_aside.line_no IS NULL
"""

# Rows of other tables of late visits, newest known batch of each key.
_KNOWN_ROW = """
WITH dated AS (
    SELECT late_month.month AS at_month, {listed}, stored.batch_id,
        row_number() OVER (PARTITION BY late_month.month, {key} ORDER BY stored.batch_id DESC) AS newest
    FROM late_month
    JOIN every_{table} AS stored ON stored.mdtrt_id = late_month.mdtrt_id
    JOIN first_visit ON first_visit.mdtrt_id = stored.mdtrt_id
    JOIN batch_month ON batch_month.batch_id = stored.batch_id
    {with_settlement}
    {set_aside}
    WHERE set_aside.line_no IS NULL AND {known} <= late_month.month
)
SELECT {columns}
FROM dated AS stored
WHERE newest = 1
"""
_WITH_VISIT = "CASE WHEN stored.batch_id > first_visit.batch_id THEN batch_month.month ELSE first_visit.month END"
_WITH_SETTLEMENT = """greatest(
        CASE WHEN stored.batch_id > first_settled.batch_id THEN batch_month.month ELSE first_settled.month END,
        CASE WHEN stored.init_feedetl_sn IS NOT NULL THEN date_format(stored.fee_ocur_time, 'yyyy-MM')
            ELSE first_settled.month END)"""


def known_statements() -> list[Statement]:
    """Statements for ``late_month`` and for the source relations of late visits, under the names that the bills read."""
    return [
        ("batch_month", BATCH_MONTH),
        ("first_settled", FIRST_SETTLED),
        ("first_visit", FIRST_VISIT),
        ("settled_row", SETTLED_ROW),
        ("late_visit", _late_visits()),
        ("late_month", LATE_MONTH),
        *((table.name, _known(table)) for table in KNOWN_TABLES),
    ]


def _known(table: Table) -> str:
    set_aside = SET_ASIDE.format(table=table.name)
    names = [column.name for column in table.stored if not column.internal]
    if table is SETL_D:
        return _KNOWN_SETL.format(columns=_numbered(names, "known.at_month"), set_aside=set_aside)
    of_line = table is FEE_LIST_D
    return _KNOWN_ROW.format(
        table=table.name,
        listed=", ".join(f"stored.{name}" for name in names),
        key=", ".join(f"stored.{name}" for name in table.key),
        with_settlement="JOIN first_settled ON first_settled.setl_id = stored.setl_id" if of_line else "",
        set_aside=set_aside,
        known=_WITH_SETTLEMENT if of_line else _WITH_VISIT,
        columns=_numbered(names, "stored.at_month"),
    )


def _numbered(names: Sequence[str], month: str) -> str:
    """The columns, visits and settlements by their number as the month knew them."""
    numbers = ("mdtrt_id", "setl_id", "init_setl_id")
    return ", ".join(f"concat(stored.{n}, {AT}, {month}) AS {n}" if n in numbers else f"stored.{n}" for n in names)


# Lines of a restricted use: of late visits by month, of others without one. A key of several batches is told by its newest row.
RESTRICTED_LINE = f"""
WITH marked AS (
    SELECT DISTINCT mdtrt_id, feedetl_sn FROM every_fee_list_d WHERE lmt_used_flag = 1
),
ranked AS (
    SELECT stored.mdtrt_id, stored.feedetl_sn, stored.lmt_used_flag, stored.hosp_appr_flag,
        row_number() OVER (PARTITION BY stored.mdtrt_id, stored.feedetl_sn ORDER BY stored.batch_id DESC) AS newest
    FROM marked
    JOIN every_fee_list_d AS stored ON stored.mdtrt_id = marked.mdtrt_id AND stored.feedetl_sn = marked.feedetl_sn
    LEFT JOIN late_visit ON late_visit.mdtrt_id = stored.mdtrt_id
    {SET_ASIDE.format(table="fee_list_d")}
    WHERE set_aside.line_no IS NULL AND late_visit.mdtrt_id IS NULL
)
SELECT CAST(NULL AS STRING) AS month, mdtrt_id, feedetl_sn, hosp_appr_flag
FROM ranked
WHERE newest = 1 AND lmt_used_flag = 1
UNION ALL
SELECT element_at(split(mdtrt_id, {AT}), 2) AS month, element_at(split(mdtrt_id, {AT}), 1) AS mdtrt_id, feedetl_sn, hosp_appr_flag
FROM fee_list_d
WHERE lmt_used_flag = 1
"""

# Bills of the window: as they stand, but for late visits, which are as their month knew them.
_AS_KNOWN = """
SELECT {stored}
FROM every_{name} AS bill
LEFT JOIN late_visit ON late_visit.mdtrt_id = bill.mdtrt_id
WHERE late_visit.mdtrt_id IS NULL
UNION ALL
SELECT {rebuilt}
FROM {made} AS bill
WHERE bill.month = element_at(split(bill.mdtrt_id, {at}), 2)
"""


def as_known_statement(name: str, made: str, table: Table) -> Statement:
    """The statement for ``name`` from every_<name>, the stored bills, and ``made``, the late visits' anew."""
    numbers = ("mdtrt_id", "setl_id")
    rebuilt = [f"element_at(split(bill.{n}, {AT}), 1) AS {n}" if n in numbers else f"bill.{n}" for n in table.names]
    stored = ", ".join(f"bill.{n}" for n in table.names)
    return name, _AS_KNOWN.format(name=name, made=made, stored=stored, rebuilt=", ".join(rebuilt), at=AT)
