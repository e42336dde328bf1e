"""Shape supply: doses, days of drug supply and kinds of drugs, by prescription, date, visit or against the person's stock.

A type fills ``is_by_code`` (its row names a drug), ``is_by_kind`` (its row counts any line), ``is_early`` (judged against the
person's stock), ``line_condition``, ``days_window`` and ``kinds_window`` (the window whose days or kinds are counted; NULL: not
this way), ``is_item`` (each line at fault by itself) and ``allowed`` (days, × 1,000,000, over the window ``held``).
V20 is in rules/shapes/overdose.py, the stock in rules/shapes/refill.py, kinds in rules/shapes/surplus.py.
"""

from rules.engines.portable import mul_div
from rules.shapes.orders import VISIT_ORDER
from rules.shapes.overdose import OVERDOSE_STATEMENTS
from rules.shapes.pair import JUDGED_VISIT
from rules.shapes.refill import REFILL_STATEMENTS
from rules.shapes.shape import Shape
from rules.shapes.surplus import SURPLUS_STATEMENTS

# The few rows that name no drug, with their days: picked before the lines are read.
SUPPLY_KIND_RULE = """
SELECT rule.*, valid.eff_beg, valid.eff_end
FROM supply_rule AS rule
JOIN supply_valid AS valid ON valid.rule_key = rule.rule_key
WHERE {is_by_kind}
"""

# What kinds are counted in: a prescription, or what a stay was given to take home.
_ORDER_NO = "CASE WHEN line.is_inpatient THEN '*' ELSE line.rx_drord_no END"

# Those with more lines than the strictest of these rows allows kinds: in all others there is nothing to count.
FULL_ORDER = f"""
SELECT line.mdtrt_id, {_ORDER_NO} AS order_no
FROM line
JOIN (SELECT min(max_kinds) AS max_kinds FROM supply_kind_rule) AS strictest ON line.net_inscp > 0
WHERE line.code_key IS NOT NULL AND (NOT line.is_inpatient OR line.dscg_tkdrug_flag = 1)
GROUP BY line.mdtrt_id, {_ORDER_NO}
HAVING count(*) > min(strictest.max_kinds)
"""

# Eligible lines of the judged visits that a rule row counts.
SUPPLY_LINE = """
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.setl_id, line.month, line.fee_time, line.fee_date, line.code_key,
    line.net_cnt, line.net_amt, line.pric, line.prd_days, line.rx_drord_no
FROM line
JOIN judged_visit ON judged_visit.mdtrt_id = line.mdtrt_id
JOIN supply_target AS target ON target.code_key = line.code_key AND line.fee_date BETWEEN target.eff_beg AND target.eff_end
JOIN supply_rule AS rule ON rule.rule_key = target.rule_key AND {is_by_code}
WHERE line.net_inscp > 0 AND {line_condition} AND {in_scope_line} AND {not_exempt_line}
UNION ALL
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.setl_id, line.month, line.fee_time, line.fee_date, line.code_key,
    line.net_cnt, line.net_amt, line.pric, line.prd_days, line.rx_drord_no
FROM line
JOIN judged_visit ON judged_visit.mdtrt_id = line.mdtrt_id
JOIN full_order ON full_order.mdtrt_id = line.mdtrt_id AND full_order.order_no = {order_no}
JOIN supply_kind_rule AS rule ON line.fee_date BETWEEN rule.eff_beg AND rule.eff_end AND NOT {is_item}
WHERE line.net_inscp > 0 AND {line_condition} AND {in_scope_line} AND {not_exempt_line}
UNION ALL
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.setl_id, line.month, line.fee_time, line.fee_date, line.code_key,
    line.net_cnt, line.net_amt, line.pric, line.prd_days, line.rx_drord_no
FROM line
JOIN judged_visit ON judged_visit.mdtrt_id = line.mdtrt_id
JOIN supply_kind_rule AS rule ON line.fee_date BETWEEN rule.eff_beg AND rule.eff_end AND {is_item}
WHERE line.net_inscp > 0 AND {line_condition} AND {in_scope_line} AND {not_exempt_line}
""".replace("{order_no}", _ORDER_NO)

# The lines whose days of supply are summed, in their windows: a date or the whole stay of a visit, a date of a person.
DISPENSED_LINE = """
WITH windowed AS (
    SELECT line.rule_key, line.mdtrt_id AS owner, {days_window} AS window_value, line.mdtrt_id, line.feedetl_sn, line.setl_id,
        line.month, line.fee_time, line.net_cnt, line.net_amt, line.pric, line.prd_days
    FROM supply_line AS line
    JOIN supply_rule AS rule ON rule.rule_key = line.rule_key
)
SELECT rule_key, owner, window_value, mdtrt_id, feedetl_sn, setl_id, month, fee_time, net_cnt, net_amt, pric, prd_days
FROM windowed
WHERE window_value IS NOT NULL
UNION ALL
SELECT rule_key, psn_no, CAST(fee_date AS STRING), mdtrt_id, feedetl_sn, setl_id, month, fee_time, net_cnt, net_amt, pric,
    prd_days
FROM refill_line
WHERE is_eligible
"""

_CNT, _HAD_CNT, _PACK, _DAILY, _PRD, _HAD_PRD, _ALLOWED = (
    f"CAST({column} AS DECIMAL(38, 0))"
    for column in ("cnt", "had_cnt", "pack_units", "daily_units", "prd_days", "had_prd_days", "allowed")
)

# One row for each window with at least one whole pack too many. ``had`` is the supply that is held against the allowed days:
# the window's own, or for a refill that of the date before, whose days run from then on. Packs follow from the fraction
# itself: (had − allowed) × daily units ÷ pack units, at most what the window holds; by prescribed days in proportion.
SUPPLY_WINDOW = f"""
WITH summed AS (
    SELECT rule_key, owner, window_value, min(mdtrt_id) AS mdtrt_id, CAST(sum(net_cnt) AS BIGINT) AS cnt,
        CASE WHEN count(CASE WHEN prd_days > 0 THEN 1 END) = count(*) THEN CAST(sum(prd_days) AS BIGINT) END AS prd_days
    FROM dispensed_line
    GROUP BY rule_key, owner, window_value
),
held AS (
    SELECT summed.rule_key, summed.owner, summed.window_value, summed.mdtrt_id, summed.cnt, summed.prd_days,
        CASE WHEN {{is_early}} THEN refill.prev_cnt ELSE summed.cnt END AS had_cnt,
        CASE WHEN {{is_early}} THEN refill.prev_prd_days ELSE summed.prd_days END AS had_prd_days,
        refill.prev_date, CAST(datediff(refill.fee_date, refill.prev_date) AS BIGINT) AS gap_days
    FROM summed
    JOIN supply_rule AS rule ON rule.rule_key = summed.rule_key
    LEFT JOIN refill_day AS refill ON refill.rule_key = summed.rule_key AND refill.psn_no = summed.owner
        AND CAST(refill.fee_date AS STRING) = summed.window_value
),
limited AS (
    SELECT held.rule_key, held.owner, held.window_value, held.cnt, held.prd_days, held.had_cnt, held.had_prd_days,
        held.prev_date, held.gap_days, {{allowed}} AS allowed, rule.pack_units, rule.daily_units,
        rule.pack_units IS NOT NULL AND rule.daily_units IS NOT NULL AS is_by_pack
    FROM held
    JOIN supply_rule AS rule ON rule.rule_key = held.rule_key
    JOIN visit ON visit.mdtrt_id = held.mdtrt_id
),
counted AS (
    SELECT rule_key, owner, window_value, prev_date, gap_days, allowed,
        CASE WHEN is_by_pack THEN {mul_div("cnt", "pack_units", "daily_units")} ELSE prd_days END AS supply_days,
        CASE WHEN is_by_pack THEN {mul_div("had_cnt", "pack_units", "daily_units")} ELSE had_prd_days END AS had_days,
        CAST(CASE
            WHEN is_by_pack THEN
                greatest(least({_HAD_CNT} * {_PACK} * 100 - {_ALLOWED} * {_DAILY}, {_CNT} * {_PACK} * 100), 0)
                    DIV ({_PACK} * 1000000)
            ELSE {_CNT} * greatest(least({_HAD_PRD} * 100 - {_ALLOWED}, {_PRD} * 100), 0) DIV ({_PRD} * 1000000)
        END AS BIGINT) AS packs
    FROM limited
    WHERE had_cnt IS NOT NULL AND (is_by_pack OR prd_days IS NOT NULL AND had_prd_days IS NOT NULL)
)
SELECT rule_key, owner, window_value, prev_date, supply_days, had_days - gap_days * 10000 AS stock_days, allowed,
    packs * 10000 AS excess
FROM counted
WHERE packs >= 1
"""

# The lines of those windows with what is taken of each, the latest line first.
SUPPLY_TAKE = f"""
WITH ordered AS (
    SELECT line.rule_key, line.owner, line.window_value, line.mdtrt_id, line.feedetl_sn, line.setl_id, line.month,
        line.net_cnt, line.net_amt, line.pric, held.excess,
        sum(line.net_cnt) OVER (
            PARTITION BY line.rule_key, line.owner, line.window_value
            ORDER BY line.fee_time DESC, line.mdtrt_id DESC, line.feedetl_sn DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) - line.net_cnt AS cnt_after
    FROM dispensed_line AS line
    JOIN supply_window AS held ON held.rule_key = line.rule_key AND held.owner = line.owner
        AND held.window_value = line.window_value
),
taken AS (
    SELECT rule_key, owner, window_value, mdtrt_id, feedetl_sn, setl_id, month, net_amt, pric,
        CAST(greatest(least(net_cnt, excess - cnt_after), 0) AS BIGINT) AS take
    FROM ordered
)
SELECT rule_key, owner, window_value, mdtrt_id, feedetl_sn, setl_id, month, take,
    least(coalesce({mul_div("take", "pric", "100000000")}, 0), net_amt) AS vola_amt
FROM taken
"""

# Every line at fault with what its variant adds to the evidence: days, doses, kinds, single items.
SUPPLY_FAULT = """
SELECT take.rule_key, take.mdtrt_id, take.feedetl_sn, take.take AS vola_cnt, take.vola_amt, held.supply_days,
    held.stock_days, held.allowed, held.prev_date, CAST(NULL AS INT) AS kinds, CAST(NULL AS BIGINT) AS daily_dose
FROM supply_take AS take
JOIN supply_window AS held ON held.rule_key = take.rule_key AND held.owner = take.owner
    AND held.window_value = take.window_value
WHERE take.take > 0 AND take.month IN (SELECT month FROM task)
UNION ALL
SELECT rule_key, mdtrt_id, feedetl_sn, vola_cnt, vola_amt, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT), CAST(NULL AS DATE), CAST(NULL AS INT), daily_dose
FROM overdose
UNION ALL
SELECT rule_key, mdtrt_id, feedetl_sn, net_cnt, net_amt, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
    CAST(NULL AS DATE), kinds, CAST(NULL AS BIGINT)
FROM surplus_kind
WHERE month IN (SELECT month FROM task)
UNION ALL
SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn, line.net_cnt, line.net_amt, CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS DATE), CAST(NULL AS INT), CAST(NULL AS BIGINT)
FROM supply_line AS line
JOIN supply_rule AS rule ON rule.rule_key = line.rule_key AND {is_item}
WHERE line.month IN (SELECT month FROM task)
"""

# For each finding the lines of its windows from which nothing is taken, and the lines of the date before a refill.
SUPPLY_RELATED = """
WITH concerned AS (
    SELECT DISTINCT rule_key, owner, window_value, mdtrt_id, setl_id, month
    FROM supply_take
    WHERE take > 0 AND month IN (SELECT month FROM task)
)
SELECT concerned.rule_key, line.mdtrt_id, line.setl_id, line.feedetl_sn, concerned.mdtrt_id AS f_mdtrt_id,
    concerned.setl_id AS f_setl_id, concerned.month
FROM concerned
JOIN supply_take AS line ON line.rule_key = concerned.rule_key AND line.owner = concerned.owner
    AND line.window_value = concerned.window_value AND line.take = 0
UNION ALL
SELECT concerned.rule_key, line.mdtrt_id, line.setl_id, line.feedetl_sn, concerned.mdtrt_id, concerned.setl_id,
    concerned.month
FROM concerned
JOIN supply_window AS held ON held.rule_key = concerned.rule_key AND held.owner = concerned.owner
    AND held.window_value = concerned.window_value
JOIN refill_line AS line ON line.rule_key = held.rule_key AND line.psn_no = held.owner AND line.fee_date = held.prev_date
"""

HIT_SUPPLY = """
SELECT fault.rule_key, CAST(NULL AS STRING) AS subject, line.mdtrt_id, line.setl_id, line.feedetl_sn,
    line.mdtrt_id AS f_mdtrt_id, line.setl_id AS f_setl_id, line.month,
    CASE WHEN fault.vola_amt > 0 THEN 1 ELSE 2 END AS item_type,
    CASE WHEN fault.vola_amt > 0 THEN fault.vola_cnt ELSE 0 END AS vola_cnt, fault.vola_amt, 'line' AS amt_kind,
    1 AS amount_stas, CAST(NULL AS INT) AS sev_deg, {evidence} AS evid
FROM supply_fault AS fault
JOIN supply_rule AS rule ON rule.rule_key = fault.rule_key
JOIN line ON line.mdtrt_id = fault.mdtrt_id AND line.feedetl_sn = fault.feedetl_sn
JOIN visit ON visit.mdtrt_id = fault.mdtrt_id
UNION ALL
SELECT rule_key, CAST(NULL AS STRING), mdtrt_id, setl_id, feedetl_sn, f_mdtrt_id, f_setl_id, month, 2,
    CAST(0 AS BIGINT), CAST(0 AS BIGINT), 'line', 1, CAST(NULL AS INT), CAST(NULL AS STRING)
FROM supply_related
"""

SHAPE = Shape(
    name="supply",
    statements=(
        ("judged_visit", JUDGED_VISIT),
        ("visit_order", VISIT_ORDER),
        ("supply_kind_rule", SUPPLY_KIND_RULE),
        ("full_order", FULL_ORDER),
        ("supply_line", SUPPLY_LINE),
        *REFILL_STATEMENTS,
        ("dispensed_line", DISPENSED_LINE),
        ("supply_window", SUPPLY_WINDOW),
        ("supply_take", SUPPLY_TAKE),
        *SURPLUS_STATEMENTS,
        *OVERDOSE_STATEMENTS,
        ("supply_fault", SUPPLY_FAULT),
        ("supply_related", SUPPLY_RELATED),
        ("hit_supply", HIT_SUPPLY),
    ),
    defaults={
        "is_by_code": "FALSE",
        "is_by_kind": "FALSE",
        "is_early": "FALSE",
        "is_item": "FALSE",
        "line_condition": "TRUE",
        "days_window": "CAST(NULL AS STRING)",
        "kinds_window": "CAST(NULL AS STRING)",
        "allowed": "CAST(NULL AS BIGINT)",
    },
)
