"""Shape record: lines against orders, reports, records and consents.

A type fills ``is_by_code`` (its row names codes), ``is_by_line`` (its row names what the line is) and ``line_condition``.
V27 is judged here, V28 in rules/shapes/documents.py.
"""

from rules.engines.portable import mul_div
from rules.shapes.documents import DOCUMENT_STATEMENTS
from rules.shapes.orders import VISIT_ORDER
from rules.shapes.pair import JUDGED_VISIT
from rules.shapes.shape import Shape

# The few rows that name no code, with their days: picked before the lines are read.
RECORD_KIND_RULE = """
SELECT rule.*, valid.eff_beg, valid.eff_end
FROM record_rule AS rule
JOIN record_valid AS valid ON valid.rule_key = rule.rule_key
WHERE {is_by_line}
"""

# Eligible lines of the judged visits.
RECORD_LINE = """
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.setl_id, line.month, line.fee_time, line.fee_date, line.code_key,
    line.chrgitm_lv, line.net_cnt, line.net_amt, line.net_inscp, line.pric, line.rx_drord_no
FROM line
JOIN judged_visit ON judged_visit.mdtrt_id = line.mdtrt_id
JOIN record_target AS target ON target.code_key = line.code_key AND line.fee_date BETWEEN target.eff_beg AND target.eff_end
JOIN record_rule AS rule ON rule.rule_key = target.rule_key AND {is_by_code}
WHERE (line.net_inscp > 0 OR rule.rule_type_id IN ({own_pay_types}))
    AND {line_condition} AND {in_scope_line} AND {not_exempt_line}
UNION ALL
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.setl_id, line.month, line.fee_time, line.fee_date, line.code_key,
    line.chrgitm_lv, line.net_cnt, line.net_amt, line.net_inscp, line.pric, line.rx_drord_no
FROM line
JOIN judged_visit ON judged_visit.mdtrt_id = line.mdtrt_id
JOIN record_kind_rule AS rule ON line.fee_date BETWEEN rule.eff_beg AND rule.eff_end
WHERE (line.net_inscp > 0 OR rule.rule_type_id IN ({own_pay_types}))
    AND {line_condition} AND {in_scope_line} AND {not_exempt_line}
"""

# V27: the lines of visits with an order at all, each with the order of its number, and whether any order names its code
# (NULL: an order names nothing, so none can be missed).
ORDERED_LINE = """
WITH ordered_visit AS (
    SELECT mdtrt_id, count(code_key) = count(*) AS is_coded FROM visit_order GROUP BY mdtrt_id
),
ordered_code AS (
    SELECT DISTINCT mdtrt_id, code_key FROM visit_order WHERE code_key IS NOT NULL
)
SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn, line.setl_id, line.month, line.fee_time, line.code_key, line.net_cnt,
    line.net_amt, line.pric, own.drord_no, own.exec_cnt, own.drord_endtime,
    CASE WHEN ordered_visit.is_coded THEN ordered_code.mdtrt_id IS NOT NULL END AS is_ordered
FROM record_line AS line
JOIN record_rule AS rule ON rule.rule_key = line.rule_key AND rule.rule_type_id = 'V27'
JOIN ordered_visit ON ordered_visit.mdtrt_id = line.mdtrt_id
LEFT JOIN ordered_code ON ordered_code.mdtrt_id = line.mdtrt_id AND ordered_code.code_key = line.code_key
LEFT JOIN visit_order AS own ON own.mdtrt_id = line.mdtrt_id AND own.drord_no = line.rx_drord_no
"""

# V27 over_exec: one row for each order and code charged more often than carried out; counts × 10^10, exact.
EXEC_WINDOW = """
WITH summed AS (
    SELECT line.rule_key, line.mdtrt_id, line.drord_no, line.code_key, min(line.exec_cnt) AS exec_cnt,
        CAST(sum(line.net_cnt) AS BIGINT) AS cnt
    FROM ordered_line AS line
    JOIN record_rule AS rule ON rule.rule_key = line.rule_key AND rule.variant = 'over_exec'
    WHERE line.exec_cnt IS NOT NULL
    GROUP BY line.rule_key, line.mdtrt_id, line.drord_no, line.code_key
),
exceeded AS (
    SELECT summed.rule_key, summed.mdtrt_id, summed.drord_no, summed.code_key, summed.cnt,
        CAST(summed.cnt AS DECIMAL(38, 0)) * 1000000
            - CAST(summed.exec_cnt AS DECIMAL(38, 0)) * CAST(rule.cnt_per_exec AS DECIMAL(38, 0)) AS excess,
        CAST(rule.tolerance_cnt AS DECIMAL(38, 0)) * 10000 AS tolerance
    FROM summed
    JOIN record_rule AS rule ON rule.rule_key = summed.rule_key
)
SELECT rule_key, mdtrt_id, drord_no, code_key, cnt, excess
FROM exceeded
WHERE excess > greatest(tolerance, 0)
"""

# The lines of those orders with what is taken of each (× 10^10), the latest line first.
EXEC_TAKE = f"""
WITH ordered AS (
    SELECT line.rule_key, line.mdtrt_id, line.drord_no, line.code_key, line.feedetl_sn, line.setl_id, line.month, line.net_amt,
        line.pric, held.cnt, held.excess, CAST(line.net_cnt AS DECIMAL(38, 0)) * 1000000 AS line_cnt,
        CAST(sum(line.net_cnt) OVER (
            PARTITION BY line.rule_key, line.mdtrt_id, line.drord_no, line.code_key
            ORDER BY line.fee_time DESC, line.feedetl_sn DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) - line.net_cnt AS DECIMAL(38, 0)) * 1000000 AS cnt_after
    FROM ordered_line AS line
    JOIN exec_window AS held ON held.rule_key = line.rule_key AND held.mdtrt_id = line.mdtrt_id
        AND held.drord_no = line.drord_no AND held.code_key = line.code_key
),
taken AS (
    SELECT rule_key, mdtrt_id, drord_no, code_key, feedetl_sn, setl_id, month, net_amt, pric, cnt,
        greatest(least(line_cnt, excess - cnt_after), 0) AS take
    FROM ordered
)
SELECT rule_key, mdtrt_id, drord_no, code_key, feedetl_sn, setl_id, month, cnt, take > 0 AS is_taken,
    {mul_div("take", "1", "1000000")} AS vola_cnt,
    least(coalesce({mul_div("take", "pric", "100000000000000")}, 0), net_amt) AS vola_amt
FROM taken
"""

# Every line at fault with its order, if it has one, and the count that was compared.
RECORD_FAULT = """
SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn, line.net_cnt AS vola_cnt, line.net_amt AS vola_amt, 'line' AS amt_kind,
    line.net_cnt AS cnt, line.exec_cnt, line.drord_endtime
FROM ordered_line AS line
JOIN record_rule AS rule ON rule.rule_key = line.rule_key
WHERE line.month IN (SELECT month FROM task)
    AND (rule.variant = 'no_order' AND NOT line.is_ordered
        OR rule.variant = 'after_stop' AND CAST(timestampdiff(SECOND, line.drord_endtime, line.fee_time) AS BIGINT) * 1000000
            > CAST(rule.grace_hours AS DECIMAL(38, 0)) * 3600)
UNION ALL
SELECT take.rule_key, take.mdtrt_id, take.feedetl_sn, take.vola_cnt, take.vola_amt, 'line', take.cnt, line.exec_cnt,
    line.drord_endtime
FROM exec_take AS take
JOIN ordered_line AS line ON line.rule_key = take.rule_key AND line.mdtrt_id = take.mdtrt_id
    AND line.feedetl_sn = take.feedetl_sn
WHERE take.is_taken AND take.month IN (SELECT month FROM task)
UNION ALL
SELECT missing.rule_key, missing.mdtrt_id, missing.feedetl_sn, missing.vola_cnt, missing.vola_amt,
    CASE rule.variant WHEN 'consent' THEN 'person' ELSE 'line' END, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
    CAST(NULL AS TIMESTAMP_NTZ)
FROM missing_record AS missing
JOIN record_rule AS rule ON rule.rule_key = missing.rule_key
"""

# The lines of an order from which nothing is taken, for each finding of the order.
RECORD_RELATED = """
WITH concerned AS (
    SELECT DISTINCT rule_key, mdtrt_id, drord_no, code_key, setl_id, month
    FROM exec_take
    WHERE is_taken AND month IN (SELECT month FROM task)
)
SELECT concerned.rule_key, line.mdtrt_id, line.setl_id, line.feedetl_sn, concerned.setl_id AS f_setl_id, concerned.month
FROM concerned
JOIN exec_take AS line ON line.rule_key = concerned.rule_key AND line.mdtrt_id = concerned.mdtrt_id
    AND line.drord_no = concerned.drord_no AND line.code_key = concerned.code_key AND NOT line.is_taken
"""

HIT_RECORD = """
SELECT fault.rule_key, CAST(NULL AS STRING) AS subject, line.mdtrt_id, line.setl_id, line.feedetl_sn,
    line.mdtrt_id AS f_mdtrt_id, line.setl_id AS f_setl_id, line.month,
    CASE WHEN fault.vola_amt > 0 THEN 1 ELSE 2 END AS item_type,
    CASE WHEN fault.vola_amt > 0 THEN fault.vola_cnt ELSE 0 END AS vola_cnt, fault.vola_amt, fault.amt_kind,
    1 AS amount_stas, CAST(NULL AS INT) AS sev_deg, {evidence} AS evid
FROM record_fault AS fault
JOIN record_rule AS rule ON rule.rule_key = fault.rule_key
JOIN line ON line.mdtrt_id = fault.mdtrt_id AND line.feedetl_sn = fault.feedetl_sn
UNION ALL
SELECT rule_key, CAST(NULL AS STRING), mdtrt_id, setl_id, feedetl_sn, mdtrt_id, f_setl_id, month, 2,
    CAST(0 AS BIGINT), CAST(0 AS BIGINT), 'line', 1, CAST(NULL AS INT), CAST(NULL AS STRING)
FROM record_related
"""

SHAPE = Shape(
    name="record",
    statements=(
        ("judged_visit", JUDGED_VISIT),
        ("visit_order", VISIT_ORDER),
        ("record_kind_rule", RECORD_KIND_RULE),
        ("record_line", RECORD_LINE),
        ("ordered_line", ORDERED_LINE),
        ("exec_window", EXEC_WINDOW),
        ("exec_take", EXEC_TAKE),
        *DOCUMENT_STATEMENTS,
        ("record_fault", RECORD_FAULT),
        ("record_related", RECORD_RELATED),
        ("hit_record", HIT_RECORD),
    ),
    defaults={"is_by_code": "FALSE", "is_by_line": "FALSE", "line_condition": "TRUE"},
)
