"""V28: lines without the report, record or consent that must exist (part of shape record)."""

# Institutions and months of charges to judge, in which the institution sent any row of the needed table: only then is a
# missing one evidence. A row without a date counts for every month of its visit.
_ACTIVE_MONTH = """
WITH asked AS (
    SELECT DISTINCT rule.variant, visit.fixmedins_code, year(line.fee_date) * 12 + month(line.fee_date) AS month_no
    FROM record_line AS line
    JOIN record_rule AS rule ON rule.rule_key = line.rule_key AND rule.rule_type_id = 'V28'
    JOIN visit ON visit.mdtrt_id = line.mdtrt_id
),
document AS (
    SELECT 'report' AS variant, mdtrt_id, coalesce(rpt_date, exam_date) AS made_on FROM report_d
    UNION ALL
    SELECT 'record', mdtrt_id, CAST(rec_time AS DATE) FROM record_d
    UNION ALL
    SELECT 'consent', mdtrt_id, CAST(sign_time AS DATE) FROM consent_d
),
bounded AS (
    SELECT document.variant, visit.fixmedins_code,
        coalesce(document.made_on, CAST(visit.begn_time AS DATE)) AS first_date,
        coalesce(document.made_on, CAST(visit.end_time AS DATE)) AS last_date
    FROM document
    JOIN visit ON visit.mdtrt_id = document.mdtrt_id
),
active AS (
    SELECT DISTINCT variant, fixmedins_code, year(first_date) * 12 + month(first_date) AS first_month,
        year(last_date) * 12 + month(last_date) AS last_month
    FROM bounded
)
SELECT DISTINCT asked.variant, asked.fixmedins_code, asked.month_no
FROM asked
JOIN active ON active.variant = asked.variant AND active.fixmedins_code = asked.fixmedins_code
    AND asked.month_no BETWEEN active.first_month AND active.last_month
"""

# Lines that a row of their visit documents, or may document: what a row leaves open is unknown, and that spares.
_DOCUMENTED = """
SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn
FROM record_line AS line
JOIN record_rule AS rule ON rule.rule_key = line.rule_key AND rule.rule_type_id = 'V28' AND rule.variant = 'report'
JOIN report_d AS report ON report.mdtrt_id = line.mdtrt_id
WHERE report.code_key IS NULL
    OR report.code_key = line.code_key AND (coalesce(report.rpt_date, report.exam_date) IS NULL
        OR datediff(coalesce(report.rpt_date, report.exam_date), line.fee_date) BETWEEN -1 AND rule.max_delay_days)
UNION
SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn
FROM record_line AS line
JOIN record_rule AS rule ON rule.rule_key = line.rule_key AND rule.rule_type_id = 'V28' AND rule.variant = 'record'
JOIN record_d AS record ON record.mdtrt_id = line.mdtrt_id
WHERE (record.rec_type IS NULL OR record.rec_type NOT IN ('course', 'nursing', 'treatment', 'operation')
        OR array_contains(rule.rec_type, record.rec_type))
    AND (record.code_key IS NULL
        OR record.code_key = line.code_key AND (record.rec_time IS NULL
            OR datediff(CAST(record.rec_time AS DATE), line.fee_date) BETWEEN -1 AND rule.max_delay_days))
UNION
SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn
FROM record_line AS line
JOIN record_rule AS rule ON rule.rule_key = line.rule_key AND rule.rule_type_id = 'V28' AND rule.variant = 'consent'
JOIN consent_d AS consent ON consent.mdtrt_id = line.mdtrt_id
WHERE coalesce(consent.sign_flag NOT IN (0, 1), TRUE)
    OR consent.code_key IS NULL AND try_cast(consent.chrgitm_lv AS INT) IS NULL
    OR consent.sign_flag = 1 AND (consent.sign_time IS NULL OR consent.sign_time <= line.fee_time)
        AND (consent.code_key = line.code_key OR try_cast(consent.chrgitm_lv AS INT) = line.chrgitm_lv)
"""

# Lines that no row documents, once the waiting time is over. For consents the person's own part is at fault.
_MISSING_RECORD = """
SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn, line.net_cnt AS vola_cnt,
    CASE rule.variant WHEN 'consent' THEN line.net_amt - least(line.net_inscp, line.net_amt) ELSE line.net_amt END AS vola_amt
FROM record_line AS line
JOIN record_rule AS rule ON rule.rule_key = line.rule_key AND rule.rule_type_id = 'V28'
JOIN task ON task.month = line.month
JOIN visit ON visit.mdtrt_id = line.mdtrt_id
JOIN active_month AS active ON active.variant = rule.variant AND active.fixmedins_code = visit.fixmedins_code
    AND active.month_no = year(line.fee_date) * 12 + month(line.fee_date)
LEFT JOIN documented ON documented.rule_key = line.rule_key AND documented.mdtrt_id = line.mdtrt_id
    AND documented.feedetl_sn = line.feedetl_sn
WHERE documented.rule_key IS NULL
    AND (rule.variant = 'consent' OR datediff(task.as_of, line.fee_date) >= rule.max_delay_days)
"""

DOCUMENT_STATEMENTS = (
    ("active_month", _ACTIVE_MONTH),
    ("documented", _DOCUMENTED),
    ("missing_record", _MISSING_RECORD),
)
