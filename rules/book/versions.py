"""Which version of a rule governs on which days: the highest rule_ver that is valid that day (contract, 5.3)."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from rules.catalogue import RULE_TYPES
from rules.rule_type import RuleType

# Open bounds of a validity.
FIRST_DAY = "1900-01-01"
LAST_DAY = "9999-12-31"

# One row for each loaded rule row with its dense key, in (catalogue order, rule_id, rule_ver).
_KEYED = """
CREATE OR REPLACE TEMP TABLE in_order AS
SELECT rule_type_id, rule_id, CAST(rule_ver AS INTEGER) AS rule_ver, sev_deg, control_mode, insutype, med_class, hosp_lv,
    poolarea, exempt_dept, exempt_diag, stas, params,
    coalesce(begndate, DATE '{first}') AS beg, coalesce(enddate, DATE '{last}') AS fin
FROM loaded
JOIN rule_type USING (rule_type_id)      -- one row for each type
ORDER BY rule_type.type_order, rule_id, rule_ver;
CREATE OR REPLACE TEMP VIEW keyed AS
SELECT CAST(rowid + 1 AS INTEGER) AS rule_key, * FROM in_order
"""

# One row for each run of days on which one version governs; retired versions are dropped last: they switch off.
_VALIDITY = """
CREATE OR REPLACE TEMP TABLE validity AS
WITH versioned AS (
    SELECT rule_id FROM keyed GROUP BY rule_id HAVING count(*) > 1
),
edge AS (
    SELECT rule_id, beg AS edge FROM keyed SEMI JOIN versioned USING (rule_id)
    UNION
    SELECT rule_id, fin + 1 AS edge FROM keyed SEMI JOIN versioned USING (rule_id)
),
segment AS (
    SELECT rule_id, edge AS beg, lead(edge) OVER (PARTITION BY rule_id ORDER BY edge) - 1 AS fin FROM edge
),
governed AS (
    SELECT segment.rule_id, segment.beg, segment.fin, max_by(keyed.rule_key, keyed.rule_ver) AS rule_key
    FROM segment
    JOIN keyed ON keyed.rule_id = segment.rule_id AND keyed.beg <= segment.beg AND keyed.fin >= segment.fin
    GROUP BY segment.rule_id, segment.beg, segment.fin
),
marked AS (
    SELECT rule_key, beg, fin, beg - 1 IS DISTINCT FROM lag(fin) OVER same_version AS is_start
    FROM governed
    WINDOW same_version AS (PARTITION BY rule_key ORDER BY beg)
),
run AS (
    SELECT rule_key, beg, fin, count(*) FILTER (WHERE is_start) OVER so_far AS run_no
    FROM marked
    WINDOW so_far AS (PARTITION BY rule_key ORDER BY beg ROWS UNBOUNDED PRECEDING)
),
interval_row AS (
    SELECT rule_key, min(beg) AS eff_beg, max(fin) AS eff_end FROM run GROUP BY rule_key, run_no
    UNION ALL
    SELECT rule_key, beg, fin FROM keyed ANTI JOIN versioned USING (rule_id)
)
SELECT interval_row.rule_key, interval_row.eff_beg, interval_row.eff_end
FROM interval_row
JOIN keyed USING (rule_key)              -- one row for each key
WHERE keyed.stas <> 'retired'
"""


def make_versions(connection: duckdb.DuckDBPyConnection, rules: pa.Table, types: Mapping[str, RuleType] = RULE_TYPES) -> None:
    """Makes ``keyed`` (loaded rows with rule_key) and ``validity`` (rule_key, eff_beg, eff_end) in ``connection``."""
    order = pa.table({"rule_type_id": list(types), "type_order": pa.array(range(len(types)), pa.int32())})
    connection.register("loaded", rules)
    connection.register("rule_type", order)
    connection.execute(_KEYED.format(first=FIRST_DAY, last=LAST_DAY))
    connection.execute(_VALIDITY)
    connection.unregister("loaded")


def rule_validity(rules: pa.Table) -> pa.Table:
    """One row for each run of days on which a rule row governs: rule_key, eff_beg, eff_end."""
    with duckdb.connect() as connection:
        make_versions(connection, rules)
        return connection.sql("SELECT * FROM validity ORDER BY rule_key, eff_beg").to_arrow_table()
