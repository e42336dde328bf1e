"""V23: two drugs of one pharmacological group on the same days of a visit (part of shape pair)."""

# Eligible lines of drugs with a group, in judged visits that hold two active substances of it.
_GROUPED_LINE = """
WITH named AS (
    SELECT target.rule_key, line.mdtrt_id, line.setl_id, line.feedetl_sn, line.month, line.fee_date, line.code_key,
        line.med_list_codg, line.net_cnt, line.net_amt, rule.group_code, rule.ingredient, rule.min_overlap_days
    FROM line
    JOIN judged_visit ON judged_visit.mdtrt_id = line.mdtrt_id
    JOIN pair_target AS target ON target.code_key = line.code_key AND target.side = 'med_list_codg'
    JOIN pair_rule AS rule ON rule.rule_key = target.rule_key AND rule.rule_type_id = 'V23'
    WHERE line.fee_date BETWEEN target.eff_beg AND target.eff_end
        AND line.net_inscp > 0
        AND {in_scope_line}
        AND {not_exempt_line}
),
mixed AS (
    SELECT mdtrt_id, group_code FROM named GROUP BY mdtrt_id, group_code HAVING min(ingredient) < max(ingredient)
)
SELECT named.rule_key, named.mdtrt_id, named.setl_id, named.feedetl_sn, named.month, named.fee_date, named.code_key,
    named.med_list_codg, named.net_cnt, named.net_amt, named.group_code, named.ingredient, named.min_overlap_days
FROM named
JOIN mixed ON mixed.mdtrt_id = named.mdtrt_id AND mixed.group_code = named.group_code
"""

# One row for each rule, visit, code and date of use, with the code's first date and its amount that day.
_DRUG_DAY = """
WITH day AS (
    SELECT rule_key, mdtrt_id, group_code, ingredient, code_key, med_list_codg, min_overlap_days, fee_date,
        CAST(sum(net_amt) AS BIGINT) AS amt
    FROM grouped_line
    GROUP BY rule_key, mdtrt_id, group_code, ingredient, code_key, med_list_codg, min_overlap_days, fee_date
)
SELECT rule_key, mdtrt_id, group_code, ingredient, code_key, med_list_codg, min_overlap_days, fee_date, amt,
    min(fee_date) OVER (PARTITION BY rule_key, mdtrt_id, code_key) AS first_date
FROM day
"""

# One row for each drug at fault and the drug it repeats: the later first date, else the smaller amount on the shared dates,
# else the larger code. Neither may stand in the other's allowed_with.
_SAME_EFFECT_PAIR = """
WITH allowed AS (
    SELECT DISTINCT rule_key, code_key FROM pair_target WHERE side = 'allowed_with'
),
shared AS (
    SELECT p.rule_key, p.mdtrt_id, p.code_key, q.rule_key AS q_rule_key, q.code_key AS q_code_key,
        min(p.med_list_codg) AS code, min(q.med_list_codg) AS q_code, min(p.first_date) AS first_date,
        min(q.first_date) AS q_first_date, sum(p.amt) AS amt, sum(q.amt) AS q_amt,
        sort_array(collect_set(p.fee_date)) AS shared_dates
    FROM drug_day AS p
    JOIN drug_day AS q ON q.mdtrt_id = p.mdtrt_id AND q.group_code = p.group_code AND q.fee_date = p.fee_date
        AND q.ingredient <> p.ingredient AND q.code_key <> p.code_key
    LEFT JOIN allowed ON allowed.rule_key = p.rule_key AND allowed.code_key = q.code_key
    LEFT JOIN allowed AS q_allowed ON q_allowed.rule_key = q.rule_key AND q_allowed.code_key = p.code_key
    WHERE allowed.rule_key IS NULL AND q_allowed.rule_key IS NULL
    GROUP BY p.rule_key, p.mdtrt_id, p.code_key, q.rule_key, q.code_key
    HAVING count(*) >= greatest(min(p.min_overlap_days), min(q.min_overlap_days))
)
SELECT rule_key, mdtrt_id, code_key, q_code_key, q_code, shared_dates
FROM shared
WHERE first_date > q_first_date
    OR first_date = q_first_date AND (amt < q_amt OR amt = q_amt AND code > q_code)
"""

# One row for each drug at fault, other drug and shared date.
_SAME_EFFECT_DATE = """
SELECT DISTINCT rule_key, mdtrt_id, code_key, q_code_key, q_code, fee_date
FROM (
    SELECT rule_key, mdtrt_id, code_key, q_code_key, q_code, explode(shared_dates) AS fee_date FROM same_effect_pair
) AS part
"""

# The lines of the drug at fault on the shared dates, each once.
_SAME_EFFECT_FAULT = """
WITH repeated AS (
    SELECT rule_key, mdtrt_id, code_key, sort_array(collect_set(q_code)) AS other_codes,
        sort_array(collect_set(CAST(fee_date AS STRING))) AS overlap_dates
    FROM same_effect_date
    GROUP BY rule_key, mdtrt_id, code_key
),
dated AS (
    SELECT DISTINCT rule_key, mdtrt_id, code_key, fee_date FROM same_effect_date
)
SELECT line.rule_key, line.mdtrt_id, line.setl_id, line.feedetl_sn, line.month, line.code_key, line.fee_date,
    line.net_cnt, line.net_amt, repeated.other_codes, repeated.overlap_dates
FROM grouped_line AS line
JOIN dated ON dated.rule_key = line.rule_key AND dated.mdtrt_id = line.mdtrt_id AND dated.code_key = line.code_key
    AND dated.fee_date = line.fee_date
JOIN repeated ON repeated.rule_key = line.rule_key AND repeated.mdtrt_id = line.mdtrt_id
    AND repeated.code_key = line.code_key
WHERE line.month IN (SELECT month FROM task)
"""

# The other drug's lines (any line of its code) on all dates that a pair shares, for each finding with a line of the pair.
_SAME_EFFECT_RELATED = """
WITH concerned AS (
    SELECT DISTINCT fault.rule_key, fault.mdtrt_id, fault.setl_id, fault.month, shared.code_key, shared.q_code_key
    FROM same_effect_fault AS fault
    JOIN same_effect_date AS shared ON shared.rule_key = fault.rule_key AND shared.mdtrt_id = fault.mdtrt_id
        AND shared.code_key = fault.code_key AND shared.fee_date = fault.fee_date
),
dated AS (
    SELECT DISTINCT concerned.rule_key, concerned.mdtrt_id, concerned.setl_id, concerned.month, concerned.q_code_key,
        shared.fee_date
    FROM concerned
    JOIN same_effect_date AS shared ON shared.rule_key = concerned.rule_key AND shared.mdtrt_id = concerned.mdtrt_id
        AND shared.code_key = concerned.code_key AND shared.q_code_key = concerned.q_code_key
)
SELECT dated.rule_key, line.mdtrt_id, line.setl_id, line.feedetl_sn, dated.mdtrt_id AS f_mdtrt_id,
    dated.setl_id AS f_setl_id, dated.month
FROM dated
JOIN line ON line.mdtrt_id = dated.mdtrt_id AND line.code_key = dated.q_code_key AND line.fee_date = dated.fee_date
"""

SAME_EFFECT_STATEMENTS = (
    ("grouped_line", _GROUPED_LINE),
    ("drug_day", _DRUG_DAY),
    ("same_effect_pair", _SAME_EFFECT_PAIR),
    ("same_effect_date", _SAME_EFFECT_DATE),
    ("same_effect_fault", _SAME_EFFECT_FAULT),
    ("same_effect_related", _SAME_EFFECT_RELATED),
)
