"""V09: payable days of a drug per visit, year or course of treatment (part of shape window)."""

from rules.engines.portable import mul_div

# The counted lines in their groups. A course begins anew at a date restart_gap days or more after the previous date of use.
# Lines without prescribed days are left out where days are counted by them.
_COURSE_LINE = """
WITH used AS (
    SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn, line.setl_id, line.psn_no, line.month, line.fee_time,
        line.fee_date, line.net_cnt, line.net_amt, line.prd_days, rule.period, rule.day_basis, rule.max_days,
        rule.restart_gap
    FROM window_line AS line
    JOIN window_rule AS rule ON rule.rule_key = line.rule_key AND rule.rule_type_id = 'V09'
    WHERE rule.day_basis = 'date' OR line.prd_days > 0
),
day AS (
    SELECT DISTINCT rule_key, psn_no, fee_date, restart_gap FROM used WHERE period = 'course'
),
gap AS (
    SELECT rule_key, psn_no, fee_date, restart_gap,
        lag(fee_date) OVER (PARTITION BY rule_key, psn_no ORDER BY fee_date) AS prev_date
    FROM day
),
course AS (
    SELECT rule_key, psn_no, fee_date,
        sum(CASE WHEN datediff(fee_date, prev_date) < restart_gap THEN 0 ELSE 1 END) OVER (
            PARTITION BY rule_key, psn_no ORDER BY fee_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS course_no
    FROM gap
)
SELECT used.rule_key, used.mdtrt_id, used.feedetl_sn, used.setl_id, used.month, used.fee_time, used.fee_date, used.net_cnt,
    used.net_amt, used.prd_days, used.day_basis, used.max_days,
    CASE used.period
        WHEN 'visit' THEN used.mdtrt_id
        WHEN 'year' THEN concat(used.psn_no, '|', CAST(year(used.fee_date) AS STRING))
        ELSE concat(used.psn_no, '|', CAST(course.course_no AS STRING))
    END AS group_value
FROM used
LEFT JOIN course ON used.period = 'course' AND course.rule_key = used.rule_key AND course.psn_no = used.psn_no
    AND course.fee_date = used.fee_date
"""

# Each line with the days used up to and with it (× 10,000), and the days of its own above the limit.
_COURSE_DAY = """
WITH numbered AS (
    SELECT rule_key, group_value, mdtrt_id, feedetl_sn, setl_id, month, fee_time, fee_date, net_cnt, net_amt, prd_days,
        day_basis, CAST(max_days AS BIGINT) * 10000 AS max_days,
        CAST(CASE day_basis
            WHEN 'date' THEN dense_rank() OVER (PARTITION BY rule_key, group_value ORDER BY fee_date) * 10000
            ELSE sum(prd_days) OVER (
                PARTITION BY rule_key, group_value ORDER BY fee_time, mdtrt_id, feedetl_sn
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            )
        END AS BIGINT) AS used_days
    FROM course_line
    WHERE group_value IS NOT NULL
)
SELECT rule_key, group_value, mdtrt_id, feedetl_sn, setl_id, month, fee_time, fee_date, net_cnt, net_amt, prd_days,
    day_basis, max_days, used_days, used_days - max_days AS excess_days,
    CASE day_basis WHEN 'date' THEN prd_days ELSE least(prd_days, used_days - max_days) END AS line_excess
FROM numbered
"""

_COURSE_FAULT = f"""
SELECT rule_key, group_value, mdtrt_id, feedetl_sn, setl_id, month, used_days, excess_days,
    CASE day_basis WHEN 'date' THEN net_cnt ELSE {mul_div("net_cnt", "line_excess", "prd_days")} END AS vola_cnt,
    CASE day_basis
        WHEN 'date' THEN net_amt ELSE least({mul_div("net_amt", "line_excess", "prd_days")}, net_amt)
    END AS vola_amt
FROM course_day
WHERE excess_days > 0 AND month IN (SELECT month FROM task)
"""

# For each finding the lines of the last payable date, or the last line without excess.
_COURSE_RELATED = """
WITH payable AS (
    SELECT rule_key, group_value, mdtrt_id, feedetl_sn, setl_id, day_basis,
        CASE day_basis
            WHEN 'date' THEN rank() OVER (PARTITION BY rule_key, group_value ORDER BY fee_date DESC)
            ELSE row_number() OVER (
                PARTITION BY rule_key, group_value ORDER BY fee_time DESC, mdtrt_id DESC, feedetl_sn DESC
            )
        END AS place
    FROM course_day
    WHERE excess_days <= 0
),
concerned AS (
    SELECT DISTINCT rule_key, group_value, mdtrt_id, setl_id, month FROM course_fault WHERE vola_amt > 0
)
SELECT concerned.rule_key, payable.mdtrt_id, payable.feedetl_sn, payable.setl_id, concerned.mdtrt_id AS f_mdtrt_id,
    concerned.setl_id AS f_setl_id, concerned.month
FROM concerned
JOIN payable ON payable.rule_key = concerned.rule_key AND payable.group_value = concerned.group_value
    AND payable.place = 1
"""

COURSE_STATEMENTS = (
    ("course_line", _COURSE_LINE),
    ("course_day", _COURSE_DAY),
    ("course_fault", _COURSE_FAULT),
    ("course_related", _COURSE_RELATED),
)
