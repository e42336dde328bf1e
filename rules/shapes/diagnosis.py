"""Shape diagnosis: a line's code against the diagnoses of its visit, or of the person's earlier visits.

A type fills ``condition`` (over ``line``, ``rule`` and ``operations``): what the line and its visit alone decide. What other
lines, filings, earlier visits and reports decide is taken away or added by the shape's later steps.
"""

from rules.engines.portable import plus_days
from rules.shapes.normal_rate import NORMAL_RATE_STATEMENTS
from rules.shapes.shape import Shape

# One row for each visit with operations: their keys, whether each has a code and a time, and the day of the latest end.
VISIT_OPERATIONS = """
SELECT oprn.mdtrt_id, sort_array(collect_set(code_dict.code_key)) AS oprn_keys,
    sort_array(collect_set(oprn.oprn_oprt_code)) AS oprn_codes,
    min(CASE WHEN code_dict.code_key IS NULL THEN 0 ELSE 1 END) AS all_coded,
    min(CASE WHEN coalesce(oprn.oprn_oprt_endtime, oprn.oprn_oprt_begntime) IS NULL THEN 0 ELSE 1 END) AS all_timed,
    max(coalesce(oprn.oprn_oprt_endtime, oprn.oprn_oprt_begntime)) AS last_end
FROM oprn_d AS oprn
LEFT JOIN code_dict ON code_dict.kind = 'oprn' AND code_dict.code = upper(trim(oprn.oprn_oprt_code))
GROUP BY oprn.mdtrt_id
"""

# Lines that a rule row names by code on a day when it was in force, and that their own visit condemns.
DIAGNOSIS_NAMED = """
SELECT target.rule_key, line.mdtrt_id, line.feedetl_sn, line.psn_no, line.code_key, line.fee_date
FROM line
JOIN diagnosis_target AS target ON target.code_key = line.code_key AND target.side IN ('med_list_codg', 'item_codes')
JOIN diagnosis_rule AS rule ON rule.rule_key = target.rule_key
LEFT JOIN visit_operations AS operations ON operations.mdtrt_id = line.mdtrt_id
WHERE line.month IN (SELECT month FROM task)
    AND line.fee_date BETWEEN target.eff_beg AND target.eff_end
    AND line.net_inscp > 0
    AND NOT (line.is_limit_spared AND rule.rule_type_id IN ({limit_types}))
    AND {condition}
    AND {in_scope_line}
    AND {not_exempt_line}
"""

# Named lines that another line of the visit, a filing or an earlier visit's diagnosis saves. A filing without a first day
# is unknown and saves too, as does a filing table that is absent.
DIAGNOSIS_SPARED = f"""
SELECT named.rule_key, named.mdtrt_id, named.feedetl_sn
FROM diagnosis_named AS named
JOIN line AS companion ON companion.mdtrt_id = named.mdtrt_id
JOIN diagnosis_target AS target ON target.rule_key = named.rule_key AND target.code_key = companion.code_key
    AND target.side = 'alt_item_codes'
UNION
SELECT named.rule_key, named.mdtrt_id, named.feedetl_sn
FROM diagnosis_named AS named
JOIN diagnosis_rule AS rule ON rule.rule_key = named.rule_key AND rule.accept_filing IS NOT NULL
LEFT JOIN filing_d AS filing ON filing.psn_no = named.psn_no AND array_contains(rule.accept_filing, filing.filing_type)
WHERE NOT {{has_filing_d}}
    OR filing.filing_id IS NOT NULL AND (filing.begndate IS NULL
        OR named.fee_date BETWEEN filing.begndate AND coalesce(filing.enddate, named.fee_date))
UNION
SELECT named.rule_key, named.mdtrt_id, named.feedetl_sn
FROM diagnosis_named AS named
JOIN diagnosis_rule AS rule ON rule.rule_key = named.rule_key AND rule.history_days IS NOT NULL
JOIN visit AS earlier ON earlier.psn_no = named.psn_no
    AND CAST(earlier.begn_time AS DATE) BETWEEN {plus_days("named.fee_date", "-rule.history_days")} AND named.fee_date
WHERE arrays_overlap(earlier.diag_keys, rule.label_set_keys)
"""

# S06 repeat: each named line with the latest earlier date of the same code and person within the interval and its
# lines, unless a report of that date's visits is abnormal or has no result.
REPEATED = f"""
WITH named AS (
    SELECT named.rule_key, named.mdtrt_id, named.feedetl_sn, named.psn_no, named.code_key, named.fee_date, rule.repeat_days
    FROM diagnosis_named AS named
    JOIN diagnosis_rule AS rule ON rule.rule_key = named.rule_key AND rule.rule_type_id = 'S06' AND rule.variant = 'repeat'
),
before AS (
    SELECT named.rule_key, named.mdtrt_id, named.feedetl_sn, earlier.fee_date AS prev_date, earlier.fee_time AS prev_time,
        earlier.mdtrt_id AS prev_mdtrt_id, earlier.setl_id AS prev_setl_id, earlier.feedetl_sn AS prev_sn,
        earlier.code_key,
        max(earlier.fee_date) OVER (PARTITION BY named.rule_key, named.mdtrt_id, named.feedetl_sn) AS latest_date
    FROM named
    JOIN line AS earlier ON earlier.psn_no = named.psn_no AND earlier.code_key = named.code_key
        AND earlier.fee_date >= {plus_days("named.fee_date", "-named.repeat_days")} AND earlier.fee_date < named.fee_date
),
reported AS (
    SELECT before.rule_key, before.mdtrt_id, before.feedetl_sn, before.prev_date, before.prev_time, before.prev_mdtrt_id,
        before.prev_setl_id, before.prev_sn,
        CASE WHEN report.rpotc_no IS NOT NULL AND coalesce(report.exam_rslt_abn, '1') = '1' THEN 1 ELSE 0 END AS is_supported
    FROM before
    LEFT JOIN report_d AS report ON report.mdtrt_id = before.prev_mdtrt_id AND report.code_key = before.code_key
    WHERE before.prev_date = before.latest_date
)
SELECT rule_key, mdtrt_id, feedetl_sn, max(prev_date) AS prev_date,
    collect_list(struct(prev_mdtrt_id, prev_setl_id, prev_sn)) AS prev_lines
FROM reported
GROUP BY rule_key, mdtrt_id, feedetl_sn
HAVING max(is_supported) = 0
"""

# S07 multi: distinct codes of a list per visit and day, numbered by their first line; those above the limit.
EXCESS_KIND = """
WITH counted AS (
    SELECT target.rule_key, line.mdtrt_id, line.fee_date, line.code_key, line.fee_time, line.feedetl_sn, line.month
    FROM line
    JOIN diagnosis_target AS target ON target.code_key = line.code_key AND target.side = 'item_codes'
    JOIN diagnosis_rule AS rule ON rule.rule_key = target.rule_key AND rule.rule_type_id = 'S07' AND rule.variant = 'multi'
    WHERE line.fee_date BETWEEN target.eff_beg AND target.eff_end
        AND line.net_inscp > 0
        AND {in_scope_line}
        AND {not_exempt_line}
),
first_line AS (
    SELECT rule_key, mdtrt_id, fee_date, code_key, min(struct(fee_time, feedetl_sn)) AS first_seen
    FROM counted
    GROUP BY rule_key, mdtrt_id, fee_date, code_key
),
numbered AS (
    SELECT rule_key, mdtrt_id, fee_date, code_key,
        row_number() OVER (PARTITION BY rule_key, mdtrt_id, fee_date ORDER BY first_seen) AS kind_no,
        count(*) OVER (PARTITION BY rule_key, mdtrt_id, fee_date) AS kinds
    FROM first_line
)
SELECT counted.rule_key, counted.mdtrt_id, counted.feedetl_sn, CAST(numbered.kinds AS INT) AS kinds
FROM counted
JOIN numbered ON numbered.rule_key = counted.rule_key AND numbered.mdtrt_id = counted.mdtrt_id
    AND numbered.fee_date = counted.fee_date AND numbered.code_key = counted.code_key
JOIN diagnosis_rule AS rule ON rule.rule_key = counted.rule_key
WHERE numbered.kind_no > rule.max_kinds AND counted.month IN (SELECT month FROM task)
"""

# Every line at fault, with what its variant adds to the evidence.
DIAGNOSIS_FAULT = """
SELECT named.rule_key, named.mdtrt_id, named.feedetl_sn, repeated.prev_date, repeated.prev_lines,
    CAST(NULL AS INT) AS kinds
FROM diagnosis_named AS named
JOIN diagnosis_rule AS rule ON rule.rule_key = named.rule_key
LEFT JOIN diagnosis_spared AS spared ON spared.rule_key = named.rule_key AND spared.mdtrt_id = named.mdtrt_id
    AND spared.feedetl_sn = named.feedetl_sn
LEFT JOIN repeated ON repeated.rule_key = named.rule_key AND repeated.mdtrt_id = named.mdtrt_id
    AND repeated.feedetl_sn = named.feedetl_sn
WHERE spared.rule_key IS NULL
    AND (rule.rule_type_id <> 'S06' OR rule.variant <> 'repeat' OR repeated.rule_key IS NOT NULL)
UNION ALL
SELECT rule_key, mdtrt_id, feedetl_sn, CAST(NULL AS DATE) AS prev_date,
    CAST(NULL AS ARRAY<STRUCT<prev_mdtrt_id: STRING, prev_setl_id: STRING, prev_sn: STRING>>) AS prev_lines, kinds
FROM excess_kind
"""

# The lines at fault whole, the earlier examination of a repeat, and the institutions with too many normal results.
HIT_DIAGNOSIS = """
WITH fault AS (
    SELECT fault.rule_key, line.mdtrt_id, line.setl_id, line.feedetl_sn, line.month, line.net_cnt, line.net_amt,
        fault.prev_lines, {evidence} AS evid
    FROM diagnosis_fault AS fault
    JOIN diagnosis_rule AS rule ON rule.rule_key = fault.rule_key
    JOIN line ON line.mdtrt_id = fault.mdtrt_id AND line.feedetl_sn = fault.feedetl_sn
    JOIN visit ON visit.mdtrt_id = fault.mdtrt_id
    LEFT JOIN visit_operations AS operations ON operations.mdtrt_id = fault.mdtrt_id
),
related AS (
    SELECT DISTINCT rule_key, f_mdtrt_id, f_setl_id, month, earlier
    FROM (
        SELECT rule_key, mdtrt_id AS f_mdtrt_id, setl_id AS f_setl_id, month, explode(prev_lines) AS earlier FROM fault
    ) AS part
)
SELECT rule_key, CAST(NULL AS STRING) AS subject, mdtrt_id, setl_id, feedetl_sn, mdtrt_id AS f_mdtrt_id,
    setl_id AS f_setl_id, month, 1 AS item_type, net_cnt AS vola_cnt, net_amt AS vola_amt, 'line' AS amt_kind,
    1 AS amount_stas, CAST(NULL AS INT) AS sev_deg, evid
FROM fault
UNION ALL
SELECT rule_key, CAST(NULL AS STRING), earlier.prev_mdtrt_id, earlier.prev_setl_id, earlier.prev_sn, f_mdtrt_id, f_setl_id,
    month, 2, CAST(0 AS BIGINT), CAST(0 AS BIGINT), 'line', 1, CAST(NULL AS INT), CAST(NULL AS STRING)
FROM related
UNION ALL
SELECT rule_key, subject, '*', CAST(NULL AS STRING), subject, CAST(NULL AS STRING), CAST(NULL AS STRING), month, 1,
    CAST(0 AS BIGINT), CAST(0 AS BIGINT), 'none', 0, CAST(NULL AS INT), evid
FROM normal_rate
"""

SHAPE = Shape(
    name="diagnosis",
    statements=(
        ("visit_operations", VISIT_OPERATIONS),
        ("diagnosis_named", DIAGNOSIS_NAMED),
        ("diagnosis_spared", DIAGNOSIS_SPARED),
        ("repeated", REPEATED),
        ("excess_kind", EXCESS_KIND),
        ("diagnosis_fault", DIAGNOSIS_FAULT),
        *NORMAL_RATE_STATEMENTS,
        ("hit_diagnosis", HIT_DIAGNOSIS),
    ),
    defaults={"condition": "FALSE"},
)
