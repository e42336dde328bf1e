"""V28: lines against the reports, records and consents that must exist."""

from __future__ import annotations

from benchmarks.plain.shared import BY_CODE, TESTED

_MONTH = "year({day}) * 12 + month({day})"
_SENT = """
    SELECT DISTINCT visit.fixmedins_code, unnest(range({first}, {last} + 1)) AS month_no
    FROM {table} JOIN visit ON visit.mdtrt_id = {table}.mdtrt_id""".replace(
    "{first}", _MONTH.format(day="coalesce({day}, CAST(visit.begn_time AS DATE))")
).replace("{last}", _MONTH.format(day="coalesce({day}, CAST(visit.end_time AS DATE))"))

# Asked only in months in which the institution sent such rows at all; what a row leaves open spares.
_V28 = f"""
WITH active AS (
    SELECT 'report' AS variant, * FROM ({_SENT.format(table="report_d", day="coalesce(rpt_date, exam_date)")})
    UNION ALL
    SELECT 'record', * FROM ({_SENT.format(table="record_d", day="CAST(rec_time AS DATE)")})
    UNION ALL
    SELECT 'consent', * FROM ({_SENT.format(table="consent_d", day="CAST(sign_time AS DATE)")})
),
asked AS (
    SELECT rule.rule_key, rule.variant, rule.rec_type, rule.max_delay_days, line.mdtrt_id, line.feedetl_sn, line.fixmedins_code,
        line.fee_date, line.fee_time, line.month, line.code_key, line.chrgitm_lv, line.net_cnt AS cnt, line.net_amt AS amt
    FROM {BY_CODE}
    WHERE rule.variant <> 'consent' AND line.net_inscp > 0 AND coalesce(line.etip_flag, 0) = 0 AND {TESTED}
    UNION ALL
    SELECT rule.rule_key, rule.variant, rule.rec_type, rule.max_delay_days, line.mdtrt_id, line.feedetl_sn, line.fixmedins_code,
        line.fee_date, line.fee_time, line.month, line.code_key, line.chrgitm_lv, line.net_cnt,
        line.net_amt - least(line.net_inscp, line.net_amt)
    FROM line
    JOIN valid ON line.fee_date BETWEEN valid.eff_beg AND valid.eff_end
    JOIN rule ON rule.rule_key = valid.rule_key AND rule.variant = 'consent'
    WHERE list_contains(rule.chrgitm_lv, CAST(line.chrgitm_lv AS VARCHAR)) AND line.net_amt * 10000 >= rule.min_amt AND {TESTED}
),
late AS (
    SELECT asked.*
    FROM asked
    JOIN active ON active.variant = asked.variant AND active.fixmedins_code = asked.fixmedins_code
        AND active.month_no = {_MONTH.format(day="asked.fee_date")}
    JOIN task ON task.month = asked.month
    WHERE amt > 0 AND (asked.variant = 'consent' OR task.as_of - asked.fee_date >= asked.max_delay_days)
)
SELECT rule_key, mdtrt_id, feedetl_sn, cnt, amt
FROM late
WHERE CASE variant
    WHEN 'report' THEN NOT EXISTS (FROM report_d AS report WHERE report.mdtrt_id = late.mdtrt_id
        AND (report.code_key IS NULL OR report.code_key = late.code_key AND (coalesce(rpt_date, exam_date) IS NULL
            OR coalesce(rpt_date, exam_date) - late.fee_date BETWEEN -1 AND late.max_delay_days)))
    WHEN 'record' THEN NOT EXISTS (FROM record_d AS record WHERE record.mdtrt_id = late.mdtrt_id
        AND (rec_type IS NULL OR rec_type NOT IN ('course', 'nursing', 'treatment', 'operation')
            OR list_contains(late.rec_type, record.rec_type))
        AND (record.code_key IS NULL OR record.code_key = late.code_key AND (rec_time IS NULL
            OR CAST(rec_time AS DATE) - late.fee_date BETWEEN -1 AND late.max_delay_days)))
    ELSE NOT EXISTS (FROM consent_d AS consent WHERE consent.mdtrt_id = late.mdtrt_id
        AND (coalesce(sign_flag NOT IN (0, 1), TRUE)
            OR consent.code_key IS NULL AND try_cast(consent.chrgitm_lv AS INTEGER) IS NULL
            OR sign_flag = 1 AND (sign_time IS NULL OR sign_time <= late.fee_time)
                AND (consent.code_key = late.code_key OR try_cast(consent.chrgitm_lv AS INTEGER) = late.chrgitm_lv)))
    END
"""

PROGRAMS = {"V28": _V28}
