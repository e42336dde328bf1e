"""V29, S01 and S02: whole stays, and lines outside them."""

from __future__ import annotations

from benchmarks.plain.shared import BEGIN, END, TESTED, TESTED_VISIT, YEARS, known, named, rounded

# A visit's rules on its last day, where the fund paid for it.
_VISIT = f"""visit
JOIN valid ON {END} BETWEEN valid.eff_beg AND valid.eff_end
JOIN rule ON rule.rule_key = valid.rule_key"""

# Lines at odds with a stay, a death or an earlier sale of the same box; then visits with an impossible diagnosis or operation.
# Rules that write the same list share its codes.
_V29 = f"""
WITH own AS (
    SELECT mdtrt_id, feedetl_sn, psn_no, fee_time, begn_time, end_time, is_inpatient, fixmedins_code
    FROM line
    WHERE net_inscp > 0 AND coalesce(etip_flag, 0) <> 1 AND coalesce(rx_circ_flag, 0) <> 1
),
died AS (
    SELECT psn_no, CAST(die_date + 1 AS TIMESTAMP) AS day_over FROM psn_d WHERE die_date IS NOT NULL
    UNION ALL
    SELECT psn_no, CAST(max(die_date) + 1 AS TIMESTAMP) FROM mdtrt_d AS told
    WHERE die_date IS NOT NULL AND coalesce(vali_flag, 1) <> 0
        AND NOT EXISTS (FROM psn_d WHERE psn_d.psn_no = told.psn_no AND psn_d.die_date IS NOT NULL)
    GROUP BY psn_no
),
traced AS (
    SELECT mdtrt_id, feedetl_sn, fee_time, trim(unnest(string_split(drug_trac_codg, ','))) AS code
    FROM line WHERE drug_trac_codg IS NOT NULL AND net_cnt >= 10000
),
sold AS (
    SELECT code, min((fee_time, mdtrt_id, feedetl_sn)) AS first FROM traced WHERE code <> '' GROUP BY code HAVING count(*) > 1
),
conflict AS (
    SELECT mdtrt_id, feedetl_sn, 'outside_stay' AS variant,
        greatest(date_diff('second', fee_time, begn_time), date_diff('second', end_time, fee_time)) AS seconds
    FROM own WHERE is_inpatient AND (fee_time < begn_time OR fee_time > end_time)
    UNION ALL
    SELECT own.mdtrt_id, own.feedetl_sn, 'while_inpatient',
        least(date_diff('second', stay.begn_time, own.fee_time), date_diff('second', own.fee_time, stay.end_time))
    FROM own
    JOIN visit AS stay ON stay.psn_no = own.psn_no AND stay.visit_class = 'IPT' AND stay.begn_time < own.fee_time
        AND stay.end_time > own.fee_time AND stay.fixmedins_code <> own.fixmedins_code
    WHERE NOT own.is_inpatient
    UNION ALL
    SELECT own.mdtrt_id, own.feedetl_sn, 'after_death', date_diff('second', died.day_over, own.fee_time)
    FROM own JOIN died ON died.psn_no = own.psn_no AND own.fee_time > died.day_over
    UNION ALL
    SELECT own.mdtrt_id, own.feedetl_sn, 'trace_code', 100000000
    FROM traced
    JOIN sold ON sold.code = traced.code AND sold.first < (traced.fee_time, traced.mdtrt_id, traced.feedetl_sn)
    JOIN own ON own.mdtrt_id = traced.mdtrt_id AND own.feedetl_sn = traced.feedetl_sn
),
held AS (
    SELECT mdtrt_id, feedetl_sn, variant, max(seconds) AS seconds FROM conflict GROUP BY mdtrt_id, feedetl_sn, variant
),
written AS (
    SELECT CASE WHEN variant LIKE 'oprn%' THEN 'oprn' ELSE 'diag' END AS kind, code_set_text,
        any_value(CASE WHEN variant LIKE 'oprn%' THEN code_set_oprn_keys ELSE code_set_keys END) AS keys
    FROM rule WHERE variant LIKE 'diag%' OR variant LIKE 'oprn%'
    GROUP BY ALL
),
code AS (
    SELECT kind, code_set_text, unnest(keys) AS code_key FROM written
),
coded AS (
    SELECT mdtrt_id, 'diag' AS kind, unnest(diag_keys) AS code_key FROM visit WHERE fund_amt > 0
    UNION ALL
    SELECT mdtrt_id, 'oprn', unnest(oprn_keys) FROM visit WHERE fund_amt > 0
),
listed AS (
    SELECT DISTINCT kind, code_set_text, mdtrt_id FROM coded JOIN code USING (kind, code_key)
)
SELECT DISTINCT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.net_cnt AS cnt, line.net_amt AS amt
FROM held
JOIN rule ON rule.variant = held.variant AND held.seconds * 1000000 > rule.grace_hours * 3600
JOIN line ON line.mdtrt_id = held.mdtrt_id AND line.feedetl_sn = held.feedetl_sn
WHERE {TESTED}
    AND EXISTS (FROM valid WHERE valid.rule_key = rule.rule_key AND line.fee_date BETWEEN valid.eff_beg AND valid.eff_end)
    AND NOT EXISTS (FROM target WHERE target.rule_key = rule.rule_key AND target.code_key = line.code_key)
UNION ALL
SELECT rule.rule_key, visit.mdtrt_id, '*', 0, visit.fund_amt
FROM listed
JOIN visit ON visit.mdtrt_id = listed.mdtrt_id
JOIN rule ON rule.code_set_text = listed.code_set_text
    AND listed.kind = CASE WHEN rule.variant LIKE 'diag%' THEN 'diag' WHEN rule.variant LIKE 'oprn%' THEN 'oprn' END
WHERE {TESTED_VISIT}
    AND EXISTS (FROM valid WHERE valid.rule_key = rule.rule_key AND {END} BETWEEN valid.eff_beg AND valid.eff_end)
    AND CASE
    WHEN rule.variant IN ('diag_sex', 'oprn_sex') THEN visit.gend <> rule.allowed_gend
    WHEN rule.variant = 'oprn_diag' THEN {known("required_diag", "visit")} AND NOT {named("required_diag", "visit")}
    ELSE NOT coalesce(CASE rule.age_unit WHEN 'year' THEN {YEARS} WHEN 'month' THEN date_sub('month', visit.brdy, {BEGIN})
        ELSE {BEGIN} - visit.brdy END BETWEEN coalesce(rule.age_min, 0) AND coalesce(rule.age_max, 1000000), TRUE) END
"""

_MAIN = """coalesce(list_contains(rule.diag_set_keys,
            CASE WHEN rule.diag_set_has_tcm THEN {subject}.main_any_key ELSE {subject}.main_diag_key END), FALSE)"""
_SIMILARITY = rounded("coalesce(common.amt, 0)", "10000", "(later_total.amt + earlier_total.amt - coalesce(common.amt, 0))")

# The latest stay before, by which institutions are compared.
_S01 = f"""
WITH stay AS (
    SELECT visit.*, place.alliance_code, substr(main.code, 1, 3) AS category,
        visit.main_diag_key IS NOT DISTINCT FROM visit.main_any_key AS is_western
    FROM visit
    LEFT JOIN institution AS place ON place.fixmedins_code = visit.fixmedins_code
    LEFT JOIN code_dict AS main ON main.kind = 'diag' AND main.code_key = visit.main_any_key
    WHERE visit.visit_class = 'IPT'
),
before AS (
    SELECT visit.mdtrt_id, earlier.mdtrt_id AS prev_mdtrt_id, earlier.end_time AS prev_end,
        coalesce(earlier.fixmedins_code = visit.fixmedins_code, FALSE) AS same_place,
        coalesce(earlier.alliance_code = visit.alliance_code, FALSE) AS same_alliance
    FROM stay AS visit
    JOIN stay AS earlier ON earlier.psn_no = visit.psn_no AND earlier.mdtrt_id <> visit.mdtrt_id
        AND earlier.end_time <= visit.begn_time
    WHERE visit.fund_amt > 0 AND {BEGIN} - CAST(earlier.end_time AS DATE) <= (SELECT max(gap_days) FROM rule)
),
latest AS (
    SELECT mdtrt_id, 'any' AS link, max((prev_end, prev_mdtrt_id))[2] AS prev_mdtrt_id FROM before GROUP BY mdtrt_id
    UNION ALL
    SELECT mdtrt_id, 'institution', max((prev_end, prev_mdtrt_id))[2] FROM before WHERE same_place GROUP BY mdtrt_id
    UNION ALL
    SELECT mdtrt_id, 'alliance', max((prev_end, prev_mdtrt_id))[2] FROM before WHERE same_place OR same_alliance GROUP BY mdtrt_id
),
item AS (
    SELECT mdtrt_id, code_key, sum(net_amt) AS amt
    FROM line
    WHERE code_key IS NOT NULL AND mdtrt_id IN (SELECT mdtrt_id FROM latest UNION ALL SELECT prev_mdtrt_id FROM latest)
    GROUP BY mdtrt_id, code_key
),
total AS (
    SELECT mdtrt_id, sum(amt) AS amt FROM item GROUP BY mdtrt_id
),
common AS (
    SELECT pair.mdtrt_id, pair.prev_mdtrt_id, sum(least(later.amt, earlier.amt)) AS amt
    FROM (SELECT DISTINCT mdtrt_id, prev_mdtrt_id FROM latest) AS pair
    JOIN item AS later ON later.mdtrt_id = pair.mdtrt_id
    JOIN item AS earlier ON earlier.mdtrt_id = pair.prev_mdtrt_id AND earlier.code_key = later.code_key
    GROUP BY ALL
)
SELECT rule.rule_key, visit.mdtrt_id, '*' AS feedetl_sn, 0 AS cnt, visit.fund_amt AS amt
FROM latest
JOIN rule ON rule.link = latest.link
JOIN stay AS visit ON visit.mdtrt_id = latest.mdtrt_id
JOIN stay AS earlier ON earlier.mdtrt_id = latest.prev_mdtrt_id
JOIN valid ON valid.rule_key = rule.rule_key AND {END} BETWEEN valid.eff_beg AND valid.eff_end
LEFT JOIN common ON common.mdtrt_id = latest.mdtrt_id AND common.prev_mdtrt_id = latest.prev_mdtrt_id
LEFT JOIN total AS later_total ON later_total.mdtrt_id = latest.mdtrt_id
LEFT JOIN total AS earlier_total ON earlier_total.mdtrt_id = latest.prev_mdtrt_id
WHERE {BEGIN} - CAST(earlier.end_time AS DATE) <= rule.gap_days
    AND earlier.dscg_way IN ('1', '2', '3', '4', '5', '9') AND NOT list_contains(rule.skip_dscg_way, earlier.dscg_way)
    AND CASE rule.diag_rule WHEN 'any' THEN TRUE
        WHEN 'set' THEN {_MAIN.format(subject="visit")} AND {_MAIN.format(subject="earlier")}
        ELSE visit.category = earlier.category AND visit.is_western = earlier.is_western END
    AND (rule.min_sim IS NULL OR {_SIMILARITY} * 100 >= rule.min_sim)
    AND (rule.exempt_diag_keys IS NULL OR {known("exempt", "earlier")} AND NOT {named("exempt_diag", "earlier")})
    AND {TESTED_VISIT}
"""

_LONG = f"({END} - {BEGIN} + 1)"
_S02 = f"""
WITH asked AS (
    SELECT rule.rule_key, rule.variant, rule.min_days, rule.passive_types, visit.mdtrt_id, visit.psn_no, visit.fund_amt,
        visit.fixmedins_code, visit.begn_time, visit.end_time, {BEGIN} AS first_date, {END} AS last_date
    FROM {_VISIT}
    WHERE visit.visit_class = 'IPT' AND visit.fund_amt > 0 AND visit.begn_time IS NOT NULL AND {TESTED_VISIT}
        AND CASE rule.variant
        WHEN 'empty_days' THEN {_LONG} - 2 >= rule.min_days OR rule.min_days = 0
        WHEN 'hollow' THEN {_LONG} >= rule.min_days ELSE TRUE END
),
charged AS (
    SELECT DISTINCT mdtrt_id, fee_date, med_chrgitm_type FROM line WHERE visit_class = 'IPT'
),
sign AS (
    SELECT mdtrt_id, on_date, list(DISTINCT charge) AS charges, bool_or(charge IS NULL) AS is_sure
    FROM (
        SELECT mdtrt_id, fee_date AS on_date, med_chrgitm_type AS charge FROM charged
        UNION ALL
        SELECT mdtrt_id, CAST(drord_isu_time AS DATE), NULL FROM drord_d
        WHERE coalesce(vali_flag, 1) <> 0 AND drord_isu_time IS NOT NULL
        UNION ALL
        SELECT mdtrt_id, CAST(rec_time AS DATE), NULL FROM record_d
        WHERE rec_time IS NOT NULL AND (coalesce(rec_type, '') <> 'nursing' OR in_bed_flag = 1)
    )
    GROUP BY ALL
),
billed AS (
    SELECT mdtrt_id, list(DISTINCT med_chrgitm_type) AS charges, bool_and(med_chrgitm_type IS NOT NULL) AS is_typed,
        min(fee_date) < max(fee_date) AS is_spread
    FROM charged GROUP BY mdtrt_id
),
present AS (
    SELECT asked.rule_key, asked.mdtrt_id, count(*) AS days
    FROM asked
    JOIN sign ON sign.mdtrt_id = asked.mdtrt_id AND sign.on_date > asked.first_date AND sign.on_date < asked.last_date
    WHERE asked.variant = 'empty_days' AND (sign.is_sure OR NOT list_has_all(asked.passive_types, sign.charges))
    GROUP BY ALL
)
SELECT asked.rule_key, asked.mdtrt_id, '*' AS feedetl_sn, 0 AS cnt, asked.fund_amt AS amt
FROM asked
JOIN billed ON billed.mdtrt_id = asked.mdtrt_id
LEFT JOIN present ON present.rule_key = asked.rule_key AND present.mdtrt_id = asked.mdtrt_id
WHERE asked.variant = 'empty_days' AND billed.is_spread
        AND greatest(asked.last_date - asked.first_date - 1, 0) - coalesce(present.days, 0) >= asked.min_days
    OR asked.variant = 'hollow' AND billed.is_typed AND list_has_all(asked.passive_types, billed.charges)
UNION ALL
SELECT asked.rule_key, asked.mdtrt_id, '*', 0, asked.fund_amt
FROM asked
JOIN visit AS other ON other.psn_no = asked.psn_no AND other.visit_class IN ('OTP', 'EMERG', 'OPSP')
    AND other.fixmedins_code <> asked.fixmedins_code AND CAST(other.begn_time AS DATE) > asked.first_date
    AND CAST(other.begn_time AS DATE) < asked.last_date
WHERE asked.variant = 'elsewhere'
GROUP BY asked.rule_key, asked.mdtrt_id, asked.fund_amt, asked.min_days
HAVING count(DISTINCT CAST(other.begn_time AS DATE)) >= asked.min_days
UNION ALL
SELECT DISTINCT asked.rule_key, asked.mdtrt_id, '*', 0, asked.fund_amt
FROM asked
JOIN onsite_d AS onsite ON onsite.mdtrt_id = asked.mdtrt_id AND onsite.in_bed_flag = 0
    AND onsite.chk_time > asked.begn_time AND onsite.chk_time < asked.end_time
WHERE asked.variant = 'onsite'
"""

PROGRAMS = {"V29": _V29, "S01": _S01, "S02": _S02}
