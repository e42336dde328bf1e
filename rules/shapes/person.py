"""Shape person: the visits of one person in a period (S08, high_use.py) and visits that cannot be his (S04, impersonation.py).

A type fills ``condition`` (over ``visit`` and ``rule``): which judged visits its rows look at.
"""

from rules.shapes.high_use import HIGH_USE_STATEMENTS
from rules.shapes.impersonation import IMPERSONATION_STATEMENTS
from rules.shapes.shape import Shape

# One row for each rule and visit at fault, with what its sentence tells and the visits that it conflicts with.
PERSON_FAULT = """
SELECT rule_key, mdtrt_id, array_join(sort_array(collect_set(other_mdtrt_id)), ';') AS other_id,
    max(seconds) AS seconds, CAST(max(persons) AS BIGINT) AS counted, min(chk_time) AS chk_time,
    CAST(NULL AS DATE) AS first_day, CAST(NULL AS BIGINT) AS visit_no, CAST(NULL AS DOUBLE) AS z,
    collect_set(CASE WHEN other_mdtrt_id IS NOT NULL THEN
        struct(other_mdtrt_id AS mdtrt_id, other_setl_id AS setl_id)
    END) AS related
FROM impersonation
GROUP BY rule_key, mdtrt_id
UNION ALL
SELECT high_use.rule_key, high_use.mdtrt_id, high_use.prev_mdtrt_id, CAST(NULL AS BIGINT), high_use.counted,
    CAST(NULL AS TIMESTAMP_NTZ), high_use.first_day, CAST(high_use.visit_no AS BIGINT), high_use.z,
    CASE WHEN within.mdtrt_id IS NOT NULL THEN array(struct(within.mdtrt_id AS mdtrt_id, within.setl_id AS setl_id)) END
FROM high_use
LEFT JOIN visit AS within ON within.mdtrt_id = high_use.prev_mdtrt_id
"""

# Whole visits with what the fund paid for them, and the visits that they conflict with.
HIT_PERSON = """
WITH fault AS (
    SELECT fault.rule_key, fault.mdtrt_id, visit.month, visit.fund_amt, fault.related, {evidence} AS evid
    FROM person_fault AS fault
    JOIN person_rule AS rule ON rule.rule_key = fault.rule_key
    JOIN visit ON visit.mdtrt_id = fault.mdtrt_id
)
SELECT rule_key, CAST(NULL AS STRING) AS subject, mdtrt_id, CAST(NULL AS STRING) AS setl_id, '*' AS feedetl_sn,
    mdtrt_id AS f_mdtrt_id, CAST(NULL AS STRING) AS f_setl_id, month, 1 AS item_type, CAST(0 AS BIGINT) AS vola_cnt,
    fund_amt AS vola_amt, 'visit' AS amt_kind, 0 AS amount_stas, CAST(NULL AS INT) AS sev_deg, evid
FROM fault
UNION ALL
SELECT rule_key, CAST(NULL AS STRING), item.mdtrt_id, item.setl_id, '*', f_mdtrt_id, CAST(NULL AS STRING), month, 2,
    CAST(0 AS BIGINT), CAST(0 AS BIGINT), 'visit', 0, CAST(NULL AS INT), CAST(NULL AS STRING)
FROM (SELECT rule_key, mdtrt_id AS f_mdtrt_id, month, explode(related) AS item FROM fault) AS part
"""

SHAPE = Shape(
    name="person",
    statements=(
        *IMPERSONATION_STATEMENTS,
        *HIGH_USE_STATEMENTS,
        ("person_fault", PERSON_FAULT),
        ("hit_person", HIT_PERSON),
    ),
    defaults={"condition": "FALSE"},
)
