"""V29 on lines: outside the stay, while in another hospital's bed, after death, a trace code sold twice (part of shape stay)."""

from rules.engines.portable import plus_days

_IS_JUDGED = """line.month IN (SELECT month FROM task) AND line.net_inscp > 0
    AND coalesce(line.etip_flag, 0) <> 1 AND coalesce(line.rx_circ_flag, 0) <> 1"""

# What a line would be at fault for, with the seconds by which it is (a rule's tolerance is taken off later), and what it
# conflicts with. One row for each line and sign, for while_inpatient for each stay.
_CONFLICT_LINE = f"""
SELECT line.mdtrt_id, line.feedetl_sn, 'outside_stay' AS variant,
    greatest(timestampdiff(SECOND, line.fee_time, line.begn_time), timestampdiff(SECOND, line.end_time, line.fee_time))
        AS seconds,
    CAST(NULL AS STRING) AS other_mdtrt_id, CAST(NULL AS STRING) AS other_setl_id, '*' AS other_sn,
    line.begn_time AS at_time, line.end_time AS until_time
FROM line
WHERE {_IS_JUDGED} AND line.is_inpatient AND (line.fee_time < line.begn_time OR line.fee_time > line.end_time)
UNION ALL
SELECT line.mdtrt_id, line.feedetl_sn, 'while_inpatient',
    least(timestampdiff(SECOND, stay.begn_time, line.fee_time), timestampdiff(SECOND, line.fee_time, stay.end_time)),
    stay.mdtrt_id, stay.setl_id, '*', stay.begn_time, stay.end_time
FROM line
JOIN visit AS stay ON stay.psn_no = line.psn_no AND stay.visit_class = 'IPT'
    AND stay.begn_time < line.fee_time AND stay.end_time > line.fee_time
JOIN visit ON visit.mdtrt_id = line.mdtrt_id AND visit.fixmedins_code <> stay.fixmedins_code
WHERE {_IS_JUDGED} AND NOT line.is_inpatient
UNION ALL
SELECT line.mdtrt_id, line.feedetl_sn, 'after_death', timestampdiff(SECOND, death.day_over, line.fee_time),
    CAST(NULL AS STRING), CAST(NULL AS STRING), '*', death.at_time, CAST(NULL AS TIMESTAMP_NTZ)
FROM line
JOIN person_death AS death ON death.psn_no = line.psn_no AND line.fee_time > death.day_over
WHERE {_IS_JUDGED}
UNION ALL
SELECT line.mdtrt_id, line.feedetl_sn, 'trace_code', CAST(1 AS BIGINT), traced.first_sold.mdtrt_id,
    traced.first_sold.setl_id, traced.first_sold.feedetl_sn, CAST(NULL AS TIMESTAMP_NTZ), CAST(NULL AS TIMESTAMP_NTZ)
FROM line
JOIN traced_before AS traced ON traced.mdtrt_id = line.mdtrt_id AND traced.feedetl_sn = line.feedetl_sn
WHERE {_IS_JUDGED}
"""

# The day each person died: by psn_d, else the latest of the person's valid visits, settled or not.
_PERSON_DEATH = f"""
WITH told AS (
    SELECT psn_no, max(die_date) AS die_date
    FROM mdtrt_d
    WHERE die_date IS NOT NULL AND psn_no IS NOT NULL AND coalesce(vali_flag, 1) <> 0
    GROUP BY psn_no
),
died AS (
    SELECT psn_no, die_date FROM psn_d WHERE die_date IS NOT NULL
    UNION ALL
    SELECT told.psn_no, told.die_date
    FROM told
    LEFT JOIN psn_d ON psn_d.psn_no = told.psn_no AND psn_d.die_date IS NOT NULL
    WHERE psn_d.psn_no IS NULL
)
SELECT psn_no, CAST(die_date AS TIMESTAMP_NTZ) AS at_time,
    CAST({plus_days("die_date", "1")} AS TIMESTAMP_NTZ) AS day_over
FROM died
"""

# Lines with a trace code that an earlier line of anyone has, and the first of those. The first sale of each code decides,
# so that no two lines are joined with each other.
_TRACED_BEFORE = """
WITH traced AS (
    SELECT month, fee_time, mdtrt_id, feedetl_sn, setl_id, trim(told) AS trace_code
    FROM (
        SELECT line.month, line.fee_time, line.mdtrt_id, line.feedetl_sn, line.setl_id,
            explode(split(line.drug_trac_codg, ',')) AS told
        FROM line
        WHERE line.drug_trac_codg IS NOT NULL AND line.net_cnt >= 10000
    ) AS part
),
first_sale AS (
    SELECT trace_code, min(struct(fee_time, mdtrt_id, feedetl_sn, setl_id)) AS first_sold
    FROM traced
    WHERE trace_code <> ''
    GROUP BY trace_code
    HAVING count(*) > 1
)
SELECT traced.mdtrt_id, traced.feedetl_sn, min(first_sale.first_sold) AS first_sold
FROM traced
JOIN first_sale ON first_sale.trace_code = traced.trace_code
WHERE traced.month IN (SELECT month FROM task)
    AND first_sale.first_sold < struct(traced.fee_time, traced.mdtrt_id, traced.feedetl_sn, traced.setl_id)
GROUP BY traced.mdtrt_id, traced.feedetl_sn
"""

# One row for each rule and line at fault, with everything it conflicts with.
_CONFLICT_FAULT = """
WITH spared AS (
    SELECT DISTINCT rule_key, code_key FROM stay_target WHERE side = 'exempt_codes'
)
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn,
    array_join(sort_array(collect_set(conflict.other_mdtrt_id)), ';') AS other_id,
    min(conflict.at_time) AS at_time, min(conflict.until_time) AS until_time,
    collect_set(CASE WHEN conflict.other_mdtrt_id IS NOT NULL THEN
        struct(conflict.other_mdtrt_id AS mdtrt_id, conflict.other_setl_id AS setl_id, conflict.other_sn AS feedetl_sn)
    END) AS related
FROM conflict_line AS conflict
JOIN stay_rule AS rule ON rule.rule_type_id = 'V29' AND rule.variant = conflict.variant
    AND (conflict.variant = 'trace_code' OR conflict.seconds * 1000000 > rule.grace_hours * 3600)
JOIN line ON line.mdtrt_id = conflict.mdtrt_id AND line.feedetl_sn = conflict.feedetl_sn
JOIN stay_valid AS valid ON valid.rule_key = rule.rule_key AND line.fee_date BETWEEN valid.eff_beg AND valid.eff_end
LEFT JOIN spared ON spared.rule_key = rule.rule_key AND spared.code_key = line.code_key
WHERE spared.rule_key IS NULL
    AND {in_scope_line}
    AND {not_exempt_line}
GROUP BY rule.rule_key, line.mdtrt_id, line.feedetl_sn
"""

CONFLICT_STATEMENTS = (
    ("person_death", _PERSON_DEATH),
    ("traced_before", _TRACED_BEFORE),
    ("conflict_line", _CONFLICT_LINE),
    ("conflict_fault", _CONFLICT_FAULT),
)
