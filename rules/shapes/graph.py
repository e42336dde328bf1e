"""Shape graph: persons joined by shared or like stays (connected components), and institutions' patients from elsewhere.

Scope and exemptions filter the stays that are counted; a rule is one of the judged month's last day. Stays that cost the fund
nothing hold a group together and are no rows of it.
"""

from rules.engines.portable import mul_div
from rules.shapes.company import COMPANY_STATEMENTS
from rules.shapes.components import COMPONENT_STATEMENTS
from rules.shapes.shape import Shape


def _month_no(month: str) -> str:
    """SQL for a month YYYY-MM as a number that grows by one."""
    return f"(CAST(substr({month}, 1, 4) AS INT) * 12 + CAST(substr({month}, 6, 2) AS INT))"


# The admissions (institution and day) with a person who was admitted on enough days for an edge of some rule: only these can be
# shared. A block is kept whole, since its size counts.
CO_BLOCK = """
WITH stay AS (
    SELECT DISTINCT psn_no, fixmedins_code, CAST(begn_time AS DATE) AS begn_date FROM visit WHERE visit_class = 'IPT'
),
frequent AS (
    SELECT psn_no
    FROM stay
    GROUP BY psn_no
    HAVING count(DISTINCT begn_date) >= (SELECT min(min_common) FROM graph_rule WHERE variant = 'co_admit')
)
SELECT DISTINCT stay.fixmedins_code, stay.begn_date
FROM stay
JOIN frequent ON frequent.psn_no = stay.psn_no
"""

# The stays that each rule counts for each judged month: those of the month, for co_admit those of its look-back in such blocks.
GRAPH_STAY = f"""
SELECT rule.rule_key, task.month, visit.mdtrt_id, visit.psn_no, visit.fixmedins_code,
    CAST(visit.begn_time AS DATE) AS begn_date, visit.month = task.month AS is_judged, visit.insu_admdvs, visit.pay_loc,
    visit.fee_amt, visit.fund_amt, visit.main_any_key AS main_key,
    NOT (visit.main_any_key <=> visit.main_diag_key) AS is_tcm_main
FROM graph_rule AS rule
JOIN graph_valid AS valid ON valid.rule_key = rule.rule_key
JOIN task ON task.month_end BETWEEN valid.eff_beg AND valid.eff_end
JOIN visit ON visit.visit_class = 'IPT' AND visit.psn_no IS NOT NULL AND visit.fixmedins_code IS NOT NULL
    AND {_month_no("visit.month")} <= {_month_no("task.month")}
    AND {_month_no("visit.month")} > {_month_no("task.month")}
        - CASE WHEN rule.variant = 'co_admit' THEN rule.lookback_months ELSE 1 END
LEFT JOIN co_block AS block ON block.fixmedins_code = visit.fixmedins_code AND block.begn_date = CAST(visit.begn_time AS DATE)
WHERE (rule.variant <> 'co_admit' OR block.begn_date IS NOT NULL)
    AND {{in_scope_visit}}
    AND {{not_exempt_visit}}
"""

GRAPH_LINK = """
SELECT rule_key, month, low_psn, low_mdtrt_id, high_psn, high_mdtrt_id FROM co_link
UNION ALL
SELECT rule_key, month, low_psn, low_mdtrt_id, high_psn, high_mdtrt_id FROM like_link
"""

# Each edge in both directions.
GRAPH_EDGE = """
SELECT rule_key, month, low_psn AS psn_no, high_psn AS neighbour FROM graph_link
UNION
SELECT rule_key, month, high_psn, low_psn FROM graph_link
"""

# Each component that is large enough, with its stays of the month that take part in an edge.
GRAPH_GROUP = """
WITH sized AS (
    SELECT node.rule_key, node.month, node.label, count(*) AS persons
    FROM graph_label AS node
    JOIN graph_rule AS rule ON rule.rule_key = node.rule_key
    GROUP BY node.rule_key, node.month, node.label
    HAVING count(*) >= min(rule.min_size)
),
tied AS (
    SELECT node.rule_key, node.month, node.label, CAST(count(*) DIV 2 AS BIGINT) AS edges
    FROM graph_label AS node
    JOIN graph_edge AS edge ON edge.rule_key = node.rule_key AND edge.month = node.month AND edge.psn_no = node.psn_no
    GROUP BY node.rule_key, node.month, node.label
),
member AS (
    SELECT rule_key, month, low_psn AS psn_no, low_mdtrt_id AS mdtrt_id FROM graph_link
    UNION
    SELECT rule_key, month, high_psn, high_mdtrt_id FROM graph_link
)
SELECT node.rule_key, node.month, min(member.mdtrt_id) AS first_mdtrt_id, collect_list(member.mdtrt_id) AS mdtrt_ids,
    min(sized.persons) AS persons, count(*) AS visits, min(tied.edges) AS edges
FROM member
JOIN graph_label AS node ON node.rule_key = member.rule_key AND node.month = member.month AND node.psn_no = member.psn_no
JOIN sized ON sized.rule_key = node.rule_key AND sized.month = node.month AND sized.label = node.label
JOIN tied ON tied.rule_key = node.rule_key AND tied.month = node.month AND tied.label = node.label
GROUP BY node.rule_key, node.month, node.label
"""

# Each institution and area of origin; the type's is_offsite reads rule, elsewhere (persons) and its share in ten-thousandths.
OFFSITE_GROUP = f"""
WITH stay AS (
    SELECT stay.rule_key, stay.month, stay.fixmedins_code, stay.insu_admdvs, stay.pay_loc, stay.psn_no, stay.mdtrt_id
    FROM graph_stay AS stay
    JOIN graph_rule AS rule ON rule.rule_key = stay.rule_key AND rule.variant = 'offsite'
),
place AS (
    SELECT rule_key, month, fixmedins_code, count(*) AS stays FROM stay GROUP BY rule_key, month, fixmedins_code
),
grouped AS (
    SELECT rule_key, month, fixmedins_code, insu_admdvs, count(DISTINCT psn_no) AS persons, count(*) AS visits,
        collect_list(mdtrt_id) AS mdtrt_ids
    FROM stay
    WHERE pay_loc IN ('3', '4') AND insu_admdvs IS NOT NULL
    GROUP BY rule_key, month, fixmedins_code, insu_admdvs
),
elsewhere AS (
    SELECT grouped.rule_key, grouped.month, grouped.fixmedins_code, grouped.insu_admdvs, grouped.persons, grouped.visits,
        grouped.mdtrt_ids, {mul_div("grouped.visits", "10000", "place.stays")} AS share
    FROM grouped
    JOIN place ON place.rule_key = grouped.rule_key AND place.month = grouped.month
        AND place.fixmedins_code = grouped.fixmedins_code
)
SELECT elsewhere.rule_key, elsewhere.month, elsewhere.fixmedins_code, elsewhere.insu_admdvs, elsewhere.persons,
    elsewhere.visits, elsewhere.mdtrt_ids, elsewhere.share
FROM elsewhere
JOIN graph_rule AS rule ON rule.rule_key = elsewhere.rule_key
WHERE {{is_offsite}}
"""

# Every stay of a group that the fund paid for.
GRAPH_FAULT = """
WITH grouped AS (
    SELECT rule_key, month, concat(month, '|', first_mdtrt_id) AS subject, mdtrt_ids, persons, visits, edges,
        CAST(NULL AS BIGINT) AS share, CAST(NULL AS STRING) AS insu_admdvs
    FROM graph_group
    UNION ALL
    SELECT rule_key, month, concat(fixmedins_code, '|', insu_admdvs, '|', month), mdtrt_ids, persons, visits,
        CAST(NULL AS BIGINT), share, insu_admdvs
    FROM offsite_group
),
listed AS (
    SELECT rule_key, month, subject, explode(mdtrt_ids) AS mdtrt_id, persons, visits, edges, share, insu_admdvs FROM grouped
)
SELECT listed.rule_key, listed.month, listed.subject, listed.mdtrt_id, listed.persons, listed.visits, listed.edges,
    listed.share, listed.insu_admdvs, visit.fund_amt
FROM listed
JOIN visit ON visit.mdtrt_id = listed.mdtrt_id
WHERE visit.fund_amt > 0
"""

HIT_GRAPH = """
SELECT fault.rule_key, fault.subject, fault.mdtrt_id, CAST(NULL AS STRING) AS setl_id, '*' AS feedetl_sn,
    CAST(NULL AS STRING) AS f_mdtrt_id, CAST(NULL AS STRING) AS f_setl_id, fault.month, 1 AS item_type,
    CAST(0 AS BIGINT) AS vola_cnt, fault.fund_amt AS vola_amt, 'visit' AS amt_kind, 0 AS amount_stas,
    CAST(NULL AS INT) AS sev_deg, {evidence} AS evid
FROM graph_fault AS fault
JOIN graph_rule AS rule ON rule.rule_key = fault.rule_key
"""

SHAPE = Shape(
    name="graph",
    statements=(
        ("co_block", CO_BLOCK),
        ("graph_stay", GRAPH_STAY),
        *COMPANY_STATEMENTS,
        ("graph_link", GRAPH_LINK),
        ("graph_edge", GRAPH_EDGE),
        *COMPONENT_STATEMENTS,
        ("graph_group", GRAPH_GROUP),
        ("offsite_group", OFFSITE_GROUP),
        ("graph_fault", GRAPH_FAULT),
        ("hit_graph", HIT_GRAPH),
    ),
    defaults={"is_company": "FALSE", "is_alike": "FALSE", "is_offsite": "FALSE"},
)
