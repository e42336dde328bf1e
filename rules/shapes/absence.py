"""S02: signs that the person was not in the bed that was paid for (part of shape stay).

An inner date lies strictly between the dates of begin and end. A stay is judged by what was billed, ordered and recorded on
each date, whatever the number of lines.
"""

from rules.engines.portable import plus_days

# One row for each judged stay and rule that looks at it, with the number of inner dates. passive_key: one of the rules that have
# the same list of passive types, so that what a list decides is decided once, without the lists themselves being compared.
_ABSENCE_NAMED = """
SELECT rule.rule_key, visit.mdtrt_id, rule.variant, rule.min_days, listed.passive_key,
    CAST(greatest(datediff(CAST(visit.end_time AS DATE), CAST(visit.begn_time AS DATE)) - 1, 0) AS INT) AS inner_dates
FROM visit
JOIN stay_rule AS rule ON rule.rule_type_id = 'S02' AND visit.visit_class = 'IPT'
JOIN (
    SELECT rule_key, min(rule_key) OVER (PARTITION BY passive_types) AS passive_key FROM stay_rule WHERE rule_type_id = 'S02'
) AS listed ON listed.rule_key = rule.rule_key
JOIN stay_valid AS valid ON valid.rule_key = rule.rule_key
    AND CAST(visit.end_time AS DATE) BETWEEN valid.eff_beg AND valid.eff_end
WHERE visit.month IN (SELECT month FROM task) AND visit.fund_amt > 0
    AND {condition}
    AND {in_scope_visit}
    AND {not_exempt_visit}
"""

# What each judged stay was billed, once for each date and charge type.
_STAY_DAY_CHARGE = """
SELECT line.mdtrt_id, line.fee_date, line.med_chrgitm_type, CAST(sum(line.net_amt) AS BIGINT) AS amt
FROM visit
JOIN line ON line.mdtrt_id = visit.mdtrt_id
WHERE visit.month IN (SELECT month FROM task) AND visit.visit_class = 'IPT' AND visit.fund_amt > 0
GROUP BY line.mdtrt_id, line.fee_date, line.med_chrgitm_type
"""

# Each date of a stay with its charge types; is_sure: an order, a record of care or a charge without a type proves presence
# whatever the rule's passive types. A record whose type is unknown may be one of care.
_STAY_DAY = """
WITH sign AS (
    SELECT mdtrt_id, fee_date AS on_date, med_chrgitm_type FROM stay_day_charge
    UNION ALL
    SELECT mdtrt_id, CAST(drord_isu_time AS DATE), CAST(NULL AS STRING)
    FROM drord_d
    WHERE coalesce(vali_flag, 1) <> 0 AND drord_isu_time IS NOT NULL
    UNION ALL
    SELECT mdtrt_id, CAST(rec_time AS DATE), CAST(NULL AS STRING)
    FROM record_d
    WHERE rec_time IS NOT NULL AND (coalesce(rec_type, '') <> 'nursing' OR in_bed_flag = 1)
)
SELECT sign.mdtrt_id, sign.on_date, bool_or(sign.med_chrgitm_type IS NULL) AS is_sure,
    collect_set(sign.med_chrgitm_type) AS charge_types
FROM sign
JOIN (SELECT DISTINCT mdtrt_id FROM absence_named WHERE variant = 'empty_days') AS named ON named.mdtrt_id = sign.mdtrt_id
GROUP BY sign.mdtrt_id, sign.on_date
"""

# Inner dates without a sign, or with none that every rule takes for one. A stay billed on one date alone is unknown. What the
# stay alone decides is decided once, and not for each of the rules that look at it.
_EMPTY_DAYS = f"""
WITH billed AS (
    SELECT mdtrt_id FROM stay_day_charge GROUP BY mdtrt_id HAVING min(fee_date) < max(fee_date)
),
stay AS (
    SELECT DISTINCT named.mdtrt_id, named.inner_dates, CAST(visit.begn_time AS DATE) AS first_date,
        CAST(visit.end_time AS DATE) AS last_date
    FROM absence_named AS named
    JOIN billed ON billed.mdtrt_id = named.mdtrt_id
    JOIN visit ON visit.mdtrt_id = named.mdtrt_id
    WHERE named.variant = 'empty_days' AND named.inner_dates > 0
),
sure AS (
    SELECT stay_day.mdtrt_id, count(*) AS days
    FROM stay
    JOIN stay_day ON stay_day.mdtrt_id = stay.mdtrt_id AND stay_day.is_sure
        AND stay_day.on_date > stay.first_date AND stay_day.on_date < stay.last_date
    GROUP BY stay_day.mdtrt_id
),
inner_date AS (
    SELECT mdtrt_id, {plus_days("first_date", "day_no")} AS on_date
    FROM (
        SELECT stay.mdtrt_id, stay.first_date, explode(sequence(1, greatest(stay.inner_dates, 1))) AS day_no
        FROM stay
        LEFT JOIN sure ON sure.mdtrt_id = stay.mdtrt_id
        WHERE coalesce(sure.days, 0) < stay.inner_dates
    ) AS part
),
open_date AS (
    SELECT inner_date.mdtrt_id, inner_date.on_date, stay_day.charge_types
    FROM inner_date
    LEFT JOIN stay_day ON stay_day.mdtrt_id = inner_date.mdtrt_id AND stay_day.on_date = inner_date.on_date
    WHERE stay_day.mdtrt_id IS NULL OR NOT stay_day.is_sure
),
passive AS (
    SELECT DISTINCT mdtrt_id, passive_key FROM absence_named WHERE variant = 'empty_days'
),
empty_date AS (
    SELECT open_date.mdtrt_id, passive.passive_key, sort_array(collect_set(CAST(open_date.on_date AS STRING))) AS dates,
        count(*) AS days
    FROM open_date
    JOIN passive ON passive.mdtrt_id = open_date.mdtrt_id
    JOIN stay_rule AS rule ON rule.rule_key = passive.passive_key
    WHERE open_date.charge_types IS NULL
        OR size(array_intersect(open_date.charge_types, rule.passive_types)) = size(open_date.charge_types)
    GROUP BY open_date.mdtrt_id, passive.passive_key
)
-- A rule may ask for no empty date at all.
SELECT named.rule_key, named.mdtrt_id, coalesce(empty_date.dates, CAST(array() AS ARRAY<STRING>)) AS dates
FROM absence_named AS named
JOIN billed ON billed.mdtrt_id = named.mdtrt_id
LEFT JOIN empty_date ON empty_date.mdtrt_id = named.mdtrt_id AND empty_date.passive_key = named.passive_key
WHERE named.variant = 'empty_days' AND coalesce(empty_date.days, 0) >= named.min_days
"""

# Stays whose every line is of a passive type.
_HOLLOW = """
WITH passive AS (
    SELECT DISTINCT mdtrt_id, passive_key FROM absence_named WHERE variant = 'hollow'
),
hollow AS (
    SELECT passive.mdtrt_id, passive.passive_key
    FROM passive
    JOIN stay_rule AS rule ON rule.rule_key = passive.passive_key
    JOIN stay_day_charge AS charge ON charge.mdtrt_id = passive.mdtrt_id
    GROUP BY passive.mdtrt_id, passive.passive_key
    HAVING min(CASE WHEN array_contains(rule.passive_types, charge.med_chrgitm_type) THEN 1 ELSE 0 END) = 1
)
SELECT named.rule_key, named.mdtrt_id
FROM hollow
JOIN absence_named AS named ON named.mdtrt_id = hollow.mdtrt_id AND named.passive_key = hollow.passive_key
WHERE named.variant = 'hollow'
"""

# Visits that the person began at another institution on an inner date.
_ELSEWHERE = """
SELECT named.rule_key, named.mdtrt_id, array_join(sort_array(collect_set(other.mdtrt_id)), ';') AS other_id,
    collect_set(struct(other.mdtrt_id AS mdtrt_id, other.setl_id AS setl_id, '*' AS feedetl_sn)) AS related
FROM absence_named AS named
JOIN visit AS stay ON stay.mdtrt_id = named.mdtrt_id
JOIN visit AS other ON other.psn_no = stay.psn_no AND other.visit_class IN ('OTP', 'EMERG', 'OPSP')
    AND other.fixmedins_code <> stay.fixmedins_code
    AND CAST(other.begn_time AS DATE) > CAST(stay.begn_time AS DATE)
    AND CAST(other.begn_time AS DATE) < CAST(stay.end_time AS DATE)
WHERE named.variant = 'elsewhere'
GROUP BY named.rule_key, named.mdtrt_id
HAVING count(DISTINCT CAST(other.begn_time AS DATE)) >= min(named.min_days)
"""

# On-site checks that found the bed empty.
_EMPTY_BED = """
SELECT named.rule_key, named.mdtrt_id, min(onsite.chk_time) AS chk_time
FROM absence_named AS named
JOIN visit ON visit.mdtrt_id = named.mdtrt_id
JOIN onsite_d AS onsite ON onsite.mdtrt_id = named.mdtrt_id
WHERE named.variant = 'onsite' AND onsite.in_bed_flag = 0
    AND onsite.chk_time > visit.begn_time AND onsite.chk_time < visit.end_time
GROUP BY named.rule_key, named.mdtrt_id
"""

ABSENCE_STATEMENTS = (
    ("absence_named", _ABSENCE_NAMED),
    ("stay_day_charge", _STAY_DAY_CHARGE),
    ("stay_day", _STAY_DAY),
    ("empty_days", _EMPTY_DAYS),
    ("hollow", _HOLLOW),
    ("elsewhere", _ELSEWHERE),
    ("empty_bed", _EMPTY_BED),
)
