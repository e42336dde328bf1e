"""V21 early: what a person holds of a drug when it is dispensed again (part of shape supply)."""

# Persons who got a drug of an early row in a judged month.
_REFILL_PERSON = """
WITH early AS (
    SELECT rule_key FROM supply_rule AS rule WHERE {is_early}
)
SELECT DISTINCT target.rule_key, line.psn_no
FROM line
JOIN supply_target AS target ON target.code_key = line.code_key
JOIN early ON early.rule_key = target.rule_key
WHERE line.month IN (SELECT month FROM task)
    AND line.fee_date BETWEEN target.eff_beg AND target.eff_end
    AND NOT line.is_inpatient
"""

# Every line of the drug of those persons, any institution, own-pay too, but none of a stay. Eligible ones may be at fault.
_REFILL_LINE = """
WITH named AS (
    SELECT DISTINCT person.rule_key, person.psn_no, target.code_key
    FROM refill_person AS person
    JOIN supply_target AS target ON target.rule_key = person.rule_key
)
SELECT named.rule_key, line.psn_no, line.mdtrt_id, line.feedetl_sn, line.setl_id, line.month, line.fee_time, line.fee_date,
    line.net_cnt, line.net_amt, line.pric, line.prd_days,
    coalesce(valid.rule_key IS NOT NULL AND line.net_inscp > 0 AND {in_scope_line} AND {not_exempt_line}, FALSE) AS is_eligible
FROM named
JOIN supply_rule AS rule ON rule.rule_key = named.rule_key
JOIN line ON line.psn_no = named.psn_no AND line.code_key = named.code_key
LEFT JOIN supply_valid AS valid ON valid.rule_key = named.rule_key AND line.fee_date BETWEEN valid.eff_beg AND valid.eff_end
WHERE NOT line.is_inpatient
"""

# One row for each rule, person and date of the drug, with what the date before it supplied; prescribed days are NULL where a
# line lacks them.
_REFILL_DAY = """
WITH day AS (
    SELECT rule_key, psn_no, fee_date, CAST(sum(net_cnt) AS BIGINT) AS cnt,
        CASE WHEN count(CASE WHEN prd_days > 0 THEN 1 END) = count(*) THEN CAST(sum(prd_days) AS BIGINT) END AS prd_days
    FROM refill_line
    GROUP BY rule_key, psn_no, fee_date
)
SELECT rule_key, psn_no, fee_date, lag(fee_date) OVER (by_date) AS prev_date, lag(cnt) OVER (by_date) AS prev_cnt,
    lag(prd_days) OVER (by_date) AS prev_prd_days
FROM day
WINDOW by_date AS (PARTITION BY rule_key, psn_no ORDER BY fee_date)
"""

REFILL_STATEMENTS = (("refill_person", _REFILL_PERSON), ("refill_line", _REFILL_LINE), ("refill_day", _REFILL_DAY))
