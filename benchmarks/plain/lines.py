"""V02, V03, V05, V10 and V13: lines that decide by themselves."""

from __future__ import annotations

from benchmarks.plain.shared import BY_CODE, TESTED, rounded

_LIMITED = f"""
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.net_cnt AS cnt, line.net_amt AS amt
FROM {BY_CODE}
WHERE line.net_inscp > 0 AND NOT line.is_limit_spared AND {{condition}} AND {TESTED}
"""

_V02 = _LIMITED.format(condition="line.gend <> rule.allowed_gend")

_AGE = "CASE rule.age_unit WHEN 'year' THEN line.age_year WHEN 'month' THEN line.age_month ELSE line.age_day END"
_V03 = _LIMITED.format(
    condition=f"line.list_type IN ('101', '102', '103') AND NOT coalesce({_AGE} BETWEEN coalesce(rule.age_min, 0)"
    " AND coalesce(rule.age_max, 1000000), TRUE)"
)

_V05 = _LIMITED.format(
    condition="line.visit_class <> 'PHARM' AND (line.hosp_rank < rule.min_rank OR line.hosp_rank > rule.max_rank)"
)

# Codes that the fund never pays, own-pay levels, and diseases that it does not pay.
_V10 = f"""
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.net_cnt AS cnt, line.net_amt AS amt
FROM {BY_CODE}
WHERE rule.variant = 'code' AND line.net_inscp > 0 AND {TESTED}
UNION ALL
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.net_cnt, line.net_amt
FROM line
JOIN valid ON line.fee_date BETWEEN valid.eff_beg AND valid.eff_end
JOIN rule ON rule.rule_key = valid.rule_key
WHERE rule.variant = 'level' AND line.net_inscp > 0 AND line.chrgitm_lv = 3 AND {TESTED}
UNION ALL
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.net_cnt, line.net_amt
FROM (
    SELECT DISTINCT rule_key, diag_set_has_tcm, unnest(diag_set_keys) AS diag_key FROM rule WHERE variant = 'disease'
) AS disease
JOIN line ON disease.diag_key = CASE WHEN disease.diag_set_has_tcm THEN line.main_any_key ELSE line.main_diag_key END
JOIN valid ON valid.rule_key = disease.rule_key AND line.fee_date BETWEEN valid.eff_beg AND valid.eff_end
JOIN rule ON rule.rule_key = disease.rule_key
WHERE line.net_inscp > 0 AND {TESTED}
"""

_CAP = f"""CASE rule.variant WHEN 'cap' THEN rule.price_cap
        ELSE {rounded("rule.price_cap", "rule.second_pct", "1000000")} END"""

# Above the ceiling; a further operation of the day above its share, the dearest of its group standing. The ceiling is looked at
# last: DuckDB would begin with it, that is with all lines × all rules.
_V13 = f"""
WITH ruled AS MATERIALIZED (
    SELECT rule.rule_key, rule.variant, {_CAP} AS cap, line.mdtrt_id, line.feedetl_sn, line.fee_date, line.fee_time,
        line.net_cnt, line.net_amt, line.pric
    FROM {BY_CODE} AND target.side = 'med_list_codg'
    WHERE line.net_inscp > 0 AND line.pric > 0 AND {TESTED}
),
above AS (
    SELECT rule_key, variant, mdtrt_id, feedetl_sn, fee_date, (-pric, fee_time, feedetl_sn) AS place, net_cnt AS cnt,
        least({rounded("pric - cap", "net_cnt", "100000000")}, net_amt) AS amt
    FROM ruled WHERE pric > cap + 5000
),
dearest AS (
    SELECT side.rule_key, line.mdtrt_id, line.fee_date,
        min((-line.pric, line.fee_time, line.feedetl_sn)) AS place
    FROM line
    JOIN (SELECT DISTINCT rule_key, code_key FROM target WHERE side = 'group_codes') AS side ON side.code_key = line.code_key
    WHERE line.pric > 0 AND line.mdtrt_id IN (SELECT mdtrt_id FROM above WHERE variant = 'second_operation')
    GROUP BY ALL
)
SELECT above.rule_key, above.mdtrt_id, above.feedetl_sn, above.cnt, above.amt
FROM above
LEFT JOIN dearest ON dearest.rule_key = above.rule_key AND dearest.mdtrt_id = above.mdtrt_id AND dearest.fee_date = above.fee_date
WHERE above.amt > 0 AND (above.variant = 'cap' OR dearest.place < above.place)
"""

PROGRAMS = {"V02": _V02, "V03": _V03, "V05": _V05, "V10": _V10, "V13": _V13}
