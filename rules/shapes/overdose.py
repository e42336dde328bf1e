"""V20: the daily dose of a line by its order or by its prescribed days (part of shape supply)."""

from rules.engines.portable import mul_div

_WIDE_COUNT = "CAST(line.net_cnt AS DECIMAL(38, 0))"
_LIMIT = "CAST(rule.max_daily_dose AS DECIMAL(38, 0)) * CAST(rule.tolerance AS DECIMAL(38, 0))"

# Lines with a known daily dose (× 1,000,000, shown only) and, without any rounding, the count above the limit as
# above ÷ base: net_cnt × (daily − limit) ÷ daily with the fractions multiplied out. The limit is the product of two
# parameters, so × 10^12; charged: daily = net_cnt × unit_dose ÷ prd_days; ordered: dose × times ÷ per_days.
_OVERDOSE = f"""
WITH dosed AS (
    SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn, line.net_cnt, line.net_amt, line.pric,
        {mul_div("line.net_cnt", "rule.unit_dose", "line.prd_days")} AS daily_dose,
        {_WIDE_COUNT} * CAST(rule.unit_dose AS DECIMAL(38, 0)) * 1000000
            - {_LIMIT} * CAST(line.prd_days AS DECIMAL(38, 0)) AS above,
        CAST(rule.unit_dose AS DECIMAL(38, 0)) * 1000000 AS base
    FROM supply_line AS line
    JOIN supply_rule AS rule ON rule.rule_key = line.rule_key AND rule.rule_type_id = 'V20' AND rule.basis = 'charge'
    WHERE line.month IN (SELECT month FROM task)
    UNION ALL
    SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn, line.net_cnt, line.net_amt, line.pric,
        {mul_div("ordered.dose", "100 * frequency.times", "frequency.per_days")} AS daily_dose,
        {_WIDE_COUNT} * (CAST(ordered.dose AS DECIMAL(38, 0)) * frequency.times * 100000000
            - {_LIMIT} * frequency.per_days) AS above,
        CAST(ordered.dose AS DECIMAL(38, 0)) * frequency.times * 100000000 AS base
    FROM supply_line AS line
    JOIN supply_rule AS rule ON rule.rule_key = line.rule_key AND rule.rule_type_id = 'V20' AND rule.basis = 'order'
    JOIN visit_order AS ordered ON ordered.mdtrt_id = line.mdtrt_id AND ordered.drord_no = line.rx_drord_no
        AND ordered.code_key = line.code_key AND ordered.drord_type IN (1, 2)
        AND ordered.dose_unit = upper(trim(rule.dose_unit))
    JOIN dose_frequency AS frequency ON frequency.frequency = ordered.frequency
    WHERE line.month IN (SELECT month FROM task)
),
taken AS (
    SELECT rule_key, mdtrt_id, feedetl_sn, net_amt, pric, daily_dose, {mul_div("above", "1", "base")} AS take
    FROM dosed
    WHERE above > 0
)
SELECT rule_key, mdtrt_id, feedetl_sn, daily_dose, take AS vola_cnt,
    least(coalesce({mul_div("take", "pric", "100000000")}, 0), net_amt) AS vola_amt
FROM taken
WHERE take > 0
"""

OVERDOSE_STATEMENTS = (("overdose", _OVERDOSE),)
