"""V08: a second-line drug without the first-line drug in the person's past (part of shape pair)."""

from rules.engines.portable import plus_days

# Eligible lines of second-line drugs in the judged months.
_STEP_NAMED = """
SELECT target.rule_key, line.mdtrt_id, line.feedetl_sn, line.psn_no, line.fee_date, line.net_cnt, line.net_amt,
    rule.lookback_days, rule.repeat_free_days
FROM line
JOIN pair_target AS target ON target.code_key = line.code_key AND target.side = 'med_list_codg'
JOIN pair_rule AS rule ON rule.rule_key = target.rule_key AND rule.rule_type_id = 'V08'
WHERE line.month IN (SELECT month FROM task)
    AND line.fee_date BETWEEN target.eff_beg AND target.eff_end
    AND line.net_inscp > 0
    AND NOT line.is_limit_spared
    AND {in_scope_line}
    AND {not_exempt_line}
"""

# The past (and same-day) lines of those persons that could save a line: any institution, own-pay too.
_STEP_PAST = """
WITH person AS (
    SELECT DISTINCT rule_key, psn_no FROM step_named
),
side AS (
    SELECT DISTINCT rule_key, code_key, side FROM pair_target WHERE side IN ('first_line_codes', 'med_list_codg')
)
SELECT DISTINCT person.rule_key, person.psn_no, side.side, line.fee_date
FROM person
JOIN side ON side.rule_key = person.rule_key
JOIN line ON line.psn_no = person.psn_no AND line.code_key = side.code_key
"""

# Lines that nothing saved; a look-back that reaches before the lake's history makes the finding a light suspicion.
_STEP_FAULT = f"""
WITH saved AS (
    SELECT DISTINCT named.rule_key, named.mdtrt_id, named.feedetl_sn
    FROM step_named AS named
    JOIN step_past AS past ON past.rule_key = named.rule_key AND past.psn_no = named.psn_no
    WHERE past.side = 'first_line_codes' AND past.fee_date <= named.fee_date
            AND past.fee_date >= {plus_days("named.fee_date", "-named.lookback_days")}
        OR past.side = 'med_list_codg' AND past.fee_date < named.fee_date
            AND past.fee_date >= {plus_days("named.fee_date", "-named.repeat_free_days")}
)
SELECT named.rule_key, named.mdtrt_id, named.feedetl_sn, named.net_cnt, named.net_amt,
    CASE WHEN {plus_days("named.fee_date", "-named.lookback_days")} < {{history_from}} THEN 3 END AS sev_deg
FROM step_named AS named
LEFT JOIN saved ON saved.rule_key = named.rule_key AND saved.mdtrt_id = named.mdtrt_id
    AND saved.feedetl_sn = named.feedetl_sn
WHERE saved.rule_key IS NULL
"""

STEP_STATEMENTS = (("step_named", _STEP_NAMED), ("step_past", _STEP_PAST), ("step_fault", _STEP_FAULT))
