"""S06 normal_rate: institutions whose examinations find nothing far more often than their peers' do."""

from rules.shapes.peers import rounded, z_statements

# Reports with a known result per rule, institution and month, of visits in the rule's scope; months by examination.
_REPORTED_RESULT = """
SELECT rule.rule_key, task.month, visit.fixmedins_code, report.exam_rslt_abn
FROM report_d AS report
JOIN task ON date_format(coalesce(report.exam_date, report.rpt_date), 'yyyy-MM') = task.month
JOIN diagnosis_target AS target ON target.code_key = report.code_key AND target.side = 'item_codes'
    AND task.month_end BETWEEN target.eff_beg AND target.eff_end
JOIN diagnosis_rule AS rule ON rule.rule_key = target.rule_key AND rule.rule_type_id = 'S06' AND rule.variant = 'normal_rate'
JOIN visit ON visit.mdtrt_id = report.mdtrt_id
WHERE report.exam_rslt_abn IN ('0', '1')
    AND {in_scope_visit}
    AND {not_exempt_visit}
"""

# The rank of each institution: its own record, else its last settlement of the month (contract, clarification 23).
_MONTH_RANK = """
WITH settled AS (
    SELECT fixmedins_code, month, max_by(struct(hosp_rank), struct(setl_time, setl_id)).hosp_rank AS hosp_rank
    FROM settlement
    WHERE month IN (SELECT month FROM task)
    GROUP BY fixmedins_code, month
),
place AS (
    SELECT DISTINCT fixmedins_code, month FROM reported_result
)
SELECT place.fixmedins_code, place.month,
    CASE WHEN institution.hosp_lv IS NOT NULL THEN institution.hosp_rank ELSE settled.hosp_rank END AS hosp_rank
FROM place
LEFT JOIN institution ON institution.fixmedins_code = place.fixmedins_code
LEFT JOIN settled ON settled.fixmedins_code = place.fixmedins_code AND settled.month = place.month
"""

# The share of normal results of each institution with enough reports and a known rank.
_NORMAL_SHARE = """
WITH counted AS (
    SELECT rule_key, month, fixmedins_code, count(*) AS cases,
        CAST(sum(CASE WHEN exam_rslt_abn = '0' THEN 1 ELSE 0 END) AS DOUBLE) / CAST(count(*) AS DOUBLE) AS x
    FROM reported_result
    GROUP BY rule_key, month, fixmedins_code
)
SELECT counted.rule_key, counted.month, month_rank.hosp_rank, counted.fixmedins_code AS member, counted.cases, counted.x
FROM counted
JOIN diagnosis_rule AS rule ON rule.rule_key = counted.rule_key AND counted.cases >= rule.min_cases
JOIN month_rank ON month_rank.fixmedins_code = counted.fixmedins_code AND month_rank.month = counted.month
WHERE month_rank.hosp_rank IS NOT NULL
"""

# One row for each institution that stands out.
_NORMAL_RATE = f"""
SELECT scored.rule_key, scored.month, concat(scored.member, '|', rule.rule_id, '|', scored.month) AS subject,
    to_json(named_struct(
        'cases', share.cases, 'diag_codes', CAST(NULL AS STRING), 'hilist_name', CAST(NULL AS STRING),
        'normal_share', {rounded("scored.x")}, 'peer_median', {rounded("scored.peer_median")},
        'prev_date', CAST(NULL AS STRING), 'repeat_days', rule.repeat_days, 'variant', rule.variant,
        'z', {rounded("scored.z")}
    )) AS evid
FROM normal_scored AS scored
JOIN diagnosis_rule AS rule ON rule.rule_key = scored.rule_key
JOIN normal_share AS share ON share.rule_key = scored.rule_key AND share.month = scored.month
    AND share.member = scored.member
WHERE scored.peers >= rule.min_peers AND scored.z >= CAST(rule.z_min AS DOUBLE) / CAST(1000000 AS DOUBLE)
"""

NORMAL_RATE_STATEMENTS = (
    ("reported_result", _REPORTED_RESULT),
    ("month_rank", _MONTH_RANK),
    ("normal_share", _NORMAL_SHARE),
    *z_statements("normal_scored", "normal_share", ("rule_key", "month", "hosp_rank")),
    ("normal_rate", _NORMAL_RATE),
)
