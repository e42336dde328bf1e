"""Shape pair: two groups of codes of one visit in one window (prescription, day, visit), or of one person's past.

A type fills ``sides_a`` and ``sides_b`` (does a target side belong to the kept group, or to the one at fault) and what its
windows decide: ``window_excess`` (a count × 10,000), ``window_excess_amt`` (分) or ``line_fault`` (whole lines).
V08 looks back over the person (rules/shapes/step.py), V23 compares days of two drugs (rules/shapes/same_effect.py).
"""

from rules.engines.portable import mul_div
from rules.shapes.same_effect import SAME_EFFECT_STATEMENTS
from rules.shapes.shape import Shape
from rules.shapes.step import STEP_STATEMENTS

# Visits with a line in a judged month.
JUDGED_VISIT = """
SELECT DISTINCT mdtrt_id FROM line WHERE month IN (SELECT month FROM task)
"""

# Each code of a judged visit once, with every rule row and side that names it. A daily item is one row, not thirty.
VISIT_SIDE = """
WITH visit_code AS (
    SELECT DISTINCT line.mdtrt_id, line.code_key
    FROM line
    JOIN judged_visit ON judged_visit.mdtrt_id = line.mdtrt_id
    WHERE line.code_key IS NOT NULL
),
side AS (
    SELECT DISTINCT target.rule_key, target.code_key, {is_kept_side} AS is_a, rule.rule_type_id
    FROM pair_target AS target
    JOIN pair_rule AS rule ON rule.rule_key = target.rule_key AND {is_windowed}
)
SELECT visit_code.mdtrt_id, side.rule_key, side.code_key, side.is_a, side.rule_type_id
FROM visit_code
JOIN side ON side.code_key = visit_code.code_key
"""

# Visits that hold what the rule asks for: both groups, or for rules about something missing the group at fault alone.
PAIR_VISIT = """
SELECT mdtrt_id, rule_key
FROM visit_side
GROUP BY mdtrt_id, rule_key
HAVING bool_or(NOT is_a) AND (bool_or(is_a) OR min(rule_type_id) IN ('V15', 'V18'))
"""

# The lines of both groups in those visits, each in its window; lines without a prescription number are in no rx window.
PAIR_LINE = """
WITH candidate AS (
    SELECT side.rule_key, side.mdtrt_id, side.code_key, side.is_a
    FROM visit_side AS side
    JOIN pair_visit ON pair_visit.mdtrt_id = side.mdtrt_id AND pair_visit.rule_key = side.rule_key
),
windowed AS (
    SELECT candidate.rule_key, candidate.is_a, line.mdtrt_id, line.setl_id, line.feedetl_sn, line.month, line.fee_time,
        line.code_key, line.med_list_codg, line.net_cnt, line.net_amt, line.pric,
        CASE rule.window
            WHEN 'rx' THEN line.rx_drord_no WHEN 'day' THEN CAST(line.fee_date AS STRING) ELSE line.mdtrt_id
        END AS window_value,
        candidate.is_a OR (
            valid.rule_key IS NOT NULL AND line.net_inscp > 0 AND {line_condition}
            AND {in_scope_line}
            AND {not_exempt_line}
        ) AS is_counted
    FROM candidate
    JOIN pair_rule AS rule ON rule.rule_key = candidate.rule_key
    JOIN line ON line.mdtrt_id = candidate.mdtrt_id AND line.code_key = candidate.code_key
    LEFT JOIN pair_valid AS valid ON valid.rule_key = candidate.rule_key
        AND line.fee_date BETWEEN valid.eff_beg AND valid.eff_end
)
SELECT rule_key, is_a, mdtrt_id, setl_id, feedetl_sn, month, fee_time, code_key, med_list_codg, net_cnt, net_amt, pric,
    window_value
FROM windowed
WHERE is_counted AND window_value IS NOT NULL
"""

# One row for each rule, visit and window: what both groups hold, and the excess that the type derives from it.
PAIR_WINDOW = """
WITH by_code AS (
    SELECT rule_key, mdtrt_id, window_value, is_a, med_list_codg,
        CAST(sum(net_cnt) AS BIGINT) AS cnt, CAST(sum(net_amt) AS BIGINT) AS amt
    FROM pair_line
    GROUP BY rule_key, mdtrt_id, window_value, is_a, med_list_codg
),
measured AS (
    SELECT rule_key, mdtrt_id, window_value,
        CAST(coalesce(sum(CASE WHEN is_a THEN cnt END), 0) AS BIGINT) AS cnt_a,
        CAST(coalesce(sum(CASE WHEN NOT is_a THEN cnt END), 0) AS BIGINT) AS cnt_b,
        CAST(coalesce(sum(CASE WHEN NOT is_a THEN amt END), 0) AS BIGINT) AS sum_amt,
        CAST(count(CASE WHEN is_a THEN 1 END) AS INT) AS kinds_a,
        CAST(count(CASE WHEN NOT is_a THEN 1 END) AS INT) AS kinds_b,
        (coalesce(max(CASE WHEN NOT is_a THEN cnt END), 0) + 9999) DIV 10000 AS sets,
        sort_array(collect_set(CASE WHEN is_a THEN med_list_codg END)) AS codes_a,
        sort_array(collect_set(CASE WHEN NOT is_a THEN med_list_codg END)) AS codes_b
    FROM by_code
    GROUP BY rule_key, mdtrt_id, window_value
)
SELECT held.rule_key, held.mdtrt_id, held.window_value, held.cnt_a, held.cnt_b, held.sum_amt, held.sets, held.codes_a,
    held.codes_b, {window_excess} AS excess_cnt, {window_excess_amt} AS excess_amt, {line_fault} AS is_line_fault
FROM measured AS held
JOIN pair_rule AS rule ON rule.rule_key = held.rule_key
JOIN visit ON visit.mdtrt_id = held.mdtrt_id
WHERE held.kinds_b > 0 AND {window_condition}
"""

# The group at fault in the windows concerned; an excess is taken from the last lines backwards.
PAIR_TAKE = f"""
WITH ordered AS (
    SELECT line.rule_key, line.mdtrt_id, line.setl_id, line.feedetl_sn, line.month, line.window_value, line.net_cnt,
        line.net_amt, line.pric, held.excess_cnt, held.excess_amt, held.is_line_fault,
        sum(line.net_cnt) OVER (from_last) - line.net_cnt AS cnt_after,
        sum(line.net_amt) OVER (from_last) - line.net_amt AS amt_after
    FROM pair_line AS line
    JOIN pair_window AS held ON held.rule_key = line.rule_key AND held.mdtrt_id = line.mdtrt_id
        AND held.window_value = line.window_value
    WHERE NOT line.is_a
    WINDOW from_last AS (
        PARTITION BY line.rule_key, line.mdtrt_id, line.window_value ORDER BY line.fee_time DESC, line.feedetl_sn DESC
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
),
taken AS (
    SELECT rule_key, mdtrt_id, setl_id, feedetl_sn, month, window_value, net_cnt, net_amt, pric, is_line_fault,
        CAST(greatest(least(net_cnt, excess_cnt - cnt_after), 0) AS BIGINT) AS take_cnt,
        CAST(greatest(least(net_amt, excess_amt - amt_after), 0) AS BIGINT) AS take_amt
    FROM ordered
)
SELECT rule_key, mdtrt_id, setl_id, feedetl_sn, month, window_value,
    CASE
        WHEN is_line_fault THEN net_cnt
        WHEN take_cnt > 0 THEN take_cnt
        ELSE {mul_div("net_cnt", "take_amt", "net_amt")}
    END AS vola_cnt,
    CASE
        WHEN is_line_fault THEN net_amt
        WHEN take_cnt > 0 THEN least(coalesce({mul_div("take_cnt", "pric", "100000000")}, 0), net_amt)
        ELSE take_amt
    END AS vola_amt,
    is_line_fault OR take_cnt > 0 OR take_amt > 0 AS is_taken
FROM taken
"""

# Every line at fault with its windows' measures: V14, V15, V18, V25, then V08 and V23.
PAIR_FAULT = """
SELECT take.rule_key, take.mdtrt_id, take.feedetl_sn, take.window_value, take.vola_cnt, take.vola_amt,
    CAST(NULL AS INT) AS sev_deg, held.codes_a, held.codes_b, held.cnt_a, held.cnt_b, held.sum_amt, held.sets,
    CAST(NULL AS ARRAY<STRING>) AS other_codes, CAST(NULL AS ARRAY<STRING>) AS overlap_dates
FROM pair_take AS take
JOIN pair_window AS held ON held.rule_key = take.rule_key AND held.mdtrt_id = take.mdtrt_id
    AND held.window_value = take.window_value
WHERE take.is_taken AND take.month IN (SELECT month FROM task)
UNION ALL
SELECT rule_key, mdtrt_id, feedetl_sn, CAST(NULL AS STRING), net_cnt, net_amt, sev_deg, CAST(NULL AS ARRAY<STRING>),
    CAST(NULL AS ARRAY<STRING>), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
    CAST(NULL AS ARRAY<STRING>), CAST(NULL AS ARRAY<STRING>)
FROM step_fault
UNION ALL
SELECT rule_key, mdtrt_id, feedetl_sn, CAST(NULL AS STRING), net_cnt, net_amt, CAST(NULL AS INT),
    CAST(NULL AS ARRAY<STRING>), CAST(NULL AS ARRAY<STRING>), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), other_codes, overlap_dates
FROM same_effect_fault
"""

# The lines that each finding conflicts with: the kept group of its windows (V14, V25), component lines without excess (V15),
# the other drug's lines (V23).
PAIR_RELATED = """
WITH concerned AS (
    SELECT DISTINCT take.rule_key, take.mdtrt_id, take.setl_id, take.window_value, take.month, rule.rule_type_id
    FROM pair_take AS take
    JOIN pair_rule AS rule ON rule.rule_key = take.rule_key
    WHERE take.is_taken AND take.month IN (SELECT month FROM task)
)
SELECT concerned.rule_key, line.mdtrt_id, line.setl_id, line.feedetl_sn, concerned.mdtrt_id AS f_mdtrt_id,
    concerned.setl_id AS f_setl_id, concerned.month
FROM concerned
JOIN pair_line AS line ON line.rule_key = concerned.rule_key AND line.mdtrt_id = concerned.mdtrt_id
    AND line.window_value = concerned.window_value
LEFT JOIN pair_take AS take ON take.rule_key = line.rule_key AND take.mdtrt_id = line.mdtrt_id
    AND take.feedetl_sn = line.feedetl_sn AND NOT line.is_a
WHERE concerned.rule_type_id IN ('V14', 'V25') AND line.is_a
    OR concerned.rule_type_id = 'V15' AND NOT line.is_a AND NOT take.is_taken
UNION ALL
SELECT rule_key, mdtrt_id, setl_id, feedetl_sn, f_mdtrt_id, f_setl_id, month FROM same_effect_related
"""

HIT_PAIR = """
SELECT fault.rule_key, CAST(NULL AS STRING) AS subject, line.mdtrt_id, line.setl_id, line.feedetl_sn,
    line.mdtrt_id AS f_mdtrt_id, line.setl_id AS f_setl_id, line.month,
    CASE WHEN fault.vola_amt > 0 THEN 1 ELSE 2 END AS item_type,
    CASE WHEN fault.vola_amt > 0 THEN fault.vola_cnt ELSE 0 END AS vola_cnt,
    CASE WHEN {amt_kind} = 'none' THEN 0 ELSE fault.vola_amt END AS vola_amt, {amt_kind} AS amt_kind, 1 AS amount_stas,
    fault.sev_deg, {evidence} AS evid
FROM pair_fault AS fault
JOIN pair_rule AS rule ON rule.rule_key = fault.rule_key
JOIN line ON line.mdtrt_id = fault.mdtrt_id AND line.feedetl_sn = fault.feedetl_sn
UNION ALL
SELECT rule_key, CAST(NULL AS STRING), mdtrt_id, setl_id, feedetl_sn, f_mdtrt_id, f_setl_id, month, 2,
    CAST(0 AS BIGINT), CAST(0 AS BIGINT), 'line', 1, CAST(NULL AS INT), CAST(NULL AS STRING)
FROM pair_related
"""

SHAPE = Shape(
    name="pair",
    statements=(
        ("judged_visit", JUDGED_VISIT),
        ("visit_side", VISIT_SIDE),
        ("pair_visit", PAIR_VISIT),
        ("pair_line", PAIR_LINE),
        ("pair_window", PAIR_WINDOW),
        ("pair_take", PAIR_TAKE),
        *STEP_STATEMENTS,
        *SAME_EFFECT_STATEMENTS,
        ("pair_fault", PAIR_FAULT),
        ("pair_related", PAIR_RELATED),
        ("hit_pair", HIT_PAIR),
    ),
    defaults={
        "is_windowed": "FALSE",
        "is_kept_side": "FALSE",
        "line_condition": "TRUE",
        "window_condition": "FALSE",
        "window_excess": "CAST(0 AS BIGINT)",
        "window_excess_amt": "CAST(0 AS BIGINT)",
        "line_fault": "FALSE",
        "amt_kind": "'line'",
    },
)
