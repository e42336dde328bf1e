"""What another rule base would change in a month: its findings against those that stand, finding by finding (DuckDB)."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

# A finding is the same one if its id is. Where the id differs, as under a new version of the rule or with other lines, it is
# the one of the same rule, visit and settlement if there is only one on either side; a subject's finding has its id alone.
_MATCHED = """
CREATE TEMP TABLE matched AS
WITH old_rest AS (
    SELECT rule_id, mdtrt_id, setl_id, min(jr_id) AS jr_id
    FROM old_finding ANTI JOIN new_finding USING (jr_id)
    WHERE mdtrt_id IS NOT NULL
    GROUP BY rule_id, mdtrt_id, setl_id HAVING count(*) = 1
),
new_rest AS (
    SELECT rule_id, mdtrt_id, setl_id, min(jr_id) AS jr_id
    FROM new_finding ANTI JOIN old_finding USING (jr_id)
    WHERE mdtrt_id IS NOT NULL
    GROUP BY rule_id, mdtrt_id, setl_id HAVING count(*) = 1
)
SELECT jr_id AS old_id, jr_id AS new_id FROM old_finding JOIN new_finding USING (jr_id)
UNION ALL
SELECT old_rest.jr_id, new_rest.jr_id
FROM old_rest
JOIN new_rest ON new_rest.rule_id = old_rest.rule_id AND new_rest.mdtrt_id = old_rest.mdtrt_id
    AND new_rest.setl_id IS NOT DISTINCT FROM old_rest.setl_id
"""

_COMPARED = """
CREATE TEMP TABLE compared AS
WITH pair AS (
    SELECT old_id, new_id FROM matched
    UNION ALL
    SELECT jr_id, NULL FROM old_finding WHERE jr_id NOT IN (SELECT old_id FROM matched)
    UNION ALL
    SELECT NULL, jr_id FROM new_finding WHERE jr_id NOT IN (SELECT new_id FROM matched)
)
SELECT coalesce(n.rule_type_id, o.rule_type_id) AS rule_type_id, coalesce(n.rule_id, o.rule_id) AS rule_id,
    pair.old_id IS NOT NULL AS is_old, pair.new_id IS NOT NULL AS is_new,
    (o.vola_amt, o.fund_amt, o.sev_deg, o.control_mode, o.finding_stas)
        IS DISTINCT FROM (n.vola_amt, n.fund_amt, n.sev_deg, n.control_mode, n.finding_stas) AS differs,
    coalesce(o.vola_amt, 0) AS old_vola, coalesce(n.vola_amt, 0) AS new_vola,
    coalesce(o.fund_amt, 0) AS old_fund, coalesce(n.fund_amt, 0) AS new_fund
FROM pair
LEFT JOIN old_finding AS o ON o.jr_id = pair.old_id          -- its key
LEFT JOIN new_finding AS n ON n.jr_id = pair.new_id          -- its key
"""

_SUMS = """
SELECT {keys}, count(*) FILTER (WHERE is_old) AS old_count, count(*) FILTER (WHERE is_new) AS new_count,
    count(*) FILTER (WHERE NOT is_old) AS gained, count(*) FILTER (WHERE NOT is_new) AS lost,
    count(*) FILTER (WHERE is_old AND is_new AND differs) AS changed,
    sum(new_vola) FILTER (WHERE NOT is_old) AS gained_vola, sum(old_vola) FILTER (WHERE NOT is_new) AS lost_vola,
    sum(new_vola - old_vola) AS vola_change,
    sum(new_fund) FILTER (WHERE NOT is_old) AS gained_fund, sum(old_fund) FILTER (WHERE NOT is_new) AS lost_fund,
    sum(new_fund - old_fund) AS fund_change
FROM compared GROUP BY {keys} ORDER BY {keys}
"""


@dataclass(frozen=True)
class Impact:
    """Counts of findings, and yuan (NULL where there is no such finding), by rule type and by rule.

    old_count, new_count, gained, lost, changed (amounts, degree, control or state); gained_, lost_vola and _fund;
    vola_change, fund_change: what all of it adds up to.
    """

    by_type: pa.Table
    by_rule: pa.Table


def impact(old_findings: pa.Table, new_findings: pa.Table) -> Impact:
    """The findings of one month under another rule base, against those under the one that judged it."""
    with duckdb.connect() as connection:
        connection.register("old_finding", old_findings)
        connection.register("new_finding", new_findings)
        connection.execute(_MATCHED)
        connection.execute(_COMPARED)
        by_type = connection.sql(_SUMS.format(keys="rule_type_id")).to_arrow_table()
        by_rule = connection.sql(_SUMS.format(keys="rule_type_id, rule_id")).to_arrow_table()
    return Impact(by_type, by_rule)
