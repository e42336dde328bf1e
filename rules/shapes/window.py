"""Shape window: counts or amounts of one target summed per window; the excess is taken from the last lines backwards.

A type fills ``window_of`` (the kind of its window), ``line_condition``, ``part`` (what is counted apart), ``weight`` (what
a line adds, × 1,000,000), ``excess`` (over the window ``held`` and the ``rule``, × 1,000,000; NULL or <= 0: none) and
``take_amt`` (分 for what was taken of a line). V09 counts days (rules/shapes/course.py); V26 never and single are decided
by the line and its prescription (rules/shapes/slices.py).
"""

from rules.engines.portable import mul_div
from rules.shapes.course import COURSE_STATEMENTS
from rules.shapes.shape import Shape
from rules.shapes.slices import SLICES_STATEMENTS

# Persons with a line in a judged month: their windows may change.
JUDGED_PERSON = """
SELECT DISTINCT psn_no FROM line WHERE month IN (SELECT month FROM task)
"""

# The few rows that name no code, with their days: picked before the lines are read.
WINDOW_KIND_RULE = """
SELECT rule.*, valid.eff_beg, valid.eff_end
FROM window_rule AS rule
JOIN window_valid AS valid ON valid.rule_key = rule.rule_key
WHERE rule.rule_type_id = 'V12' AND rule.item_codes_text IS NULL
"""

# Eligible lines that a rule row counts by code.
WINDOW_LINE = """
WITH named AS (
    SELECT DISTINCT target.rule_key, target.code_key, target.eff_beg, target.eff_end
    FROM window_target AS target
)
SELECT named.rule_key, line.mdtrt_id, line.feedetl_sn, line.setl_id, line.psn_no, line.month, line.fee_time,
    line.fee_date, line.code_key, line.net_cnt, line.net_amt, line.net_inscp, line.pric, line.prd_days,
    line.rx_drord_no, line.is_inpatient, line.begn_time, line.end_time
FROM line
JOIN named ON named.code_key = line.code_key AND line.fee_date BETWEEN named.eff_beg AND named.eff_end
JOIN judged_person ON judged_person.psn_no = line.psn_no
JOIN window_rule AS rule ON rule.rule_key = named.rule_key
WHERE line.net_inscp > 0
    AND NOT (line.is_limit_spared AND rule.rule_type_id IN ({limit_types}))
    AND {line_condition}
    AND {in_scope_line}
    AND {not_exempt_line}
"""

# The first day of each rule and visit that counts by blocks of days.
WINDOW_BLOCK = """
SELECT line.rule_key, line.mdtrt_id, min(line.fee_date) AS first_date
FROM window_line AS line
JOIN window_rule AS rule ON rule.rule_key = line.rule_key
WHERE {is_summed} AND {window_of} = 'block'
GROUP BY line.rule_key, line.mdtrt_id
"""

# The counted lines of some persons in their windows. Rows without codes count nearly every line, so those are never written
# out. A window of one visit is owned by the visit, a calendar window by the person. Monday is found by the distance to
# 1900-01-01, a Monday. Lines without a prescription number are in no rx window.
_IN_WINDOWS = """
WITH counted AS (
    SELECT rule_key, mdtrt_id, feedetl_sn, setl_id, psn_no, month, fee_time, fee_date, net_cnt, net_amt, net_inscp, pric,
        prd_days, rx_drord_no, is_inpatient, begn_time, end_time
    FROM window_line
    UNION ALL
    SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.setl_id, line.psn_no, line.month, line.fee_time,
        line.fee_date, line.net_cnt, line.net_amt, line.net_inscp, line.pric, line.prd_days, line.rx_drord_no,
        line.is_inpatient, line.begn_time, line.end_time
    FROM line
    JOIN {persons} AS person ON person.psn_no = line.psn_no
    JOIN window_kind_rule AS rule ON line.fee_date BETWEEN rule.eff_beg AND rule.eff_end
    WHERE line.net_inscp > 0
        AND {{line_condition}}
        AND {{in_scope_line}}
        AND {{not_exempt_line}}
),
kind AS (
    SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn, line.setl_id, line.psn_no, line.month, line.fee_time,
        line.fee_date, line.net_cnt, line.net_amt, line.net_inscp, line.pric, line.prd_days, line.rx_drord_no,
        line.begn_time, line.end_time, {{window_of}} AS window_kind, {{part}} AS part, {{weight}} AS weight, rule.block_days,
        block.first_date
    FROM counted AS line
    JOIN window_rule AS rule ON rule.rule_key = line.rule_key
    LEFT JOIN window_block AS block ON block.rule_key = line.rule_key AND block.mdtrt_id = line.mdtrt_id
    WHERE {{is_summed}}
),
valued AS (
    SELECT rule_key, mdtrt_id, feedetl_sn, setl_id, psn_no, month, fee_time, net_cnt, net_amt, net_inscp, pric, prd_days,
        begn_time, end_time, part, weight, window_kind,
        CASE WHEN window_kind IN ('person_day', 'week', 'month', 'quarter', 'year') THEN psn_no ELSE mdtrt_id END AS owner,
        CASE window_kind
            WHEN 'rx' THEN rx_drord_no
            WHEN 'day' THEN CAST(fee_date AS STRING)
            WHEN 'person_day' THEN CAST(fee_date AS STRING)
            WHEN 'week' THEN CAST(CAST(date_add(fee_date, CAST(-(datediff(fee_date, DATE '1900-01-01') % 7) AS INT)) AS DATE)
                AS STRING)
            WHEN 'month' THEN date_format(fee_date, 'yyyy-MM')
            WHEN 'quarter' THEN concat(CAST(year(fee_date) AS STRING), '-Q', CAST(quarter(fee_date) AS STRING))
            WHEN 'year' THEN CAST(year(fee_date) AS STRING)
            WHEN 'block' THEN CAST(CAST(date_add(first_date,
                CAST(datediff(fee_date, first_date) DIV block_days * block_days AS INT)) AS DATE) AS STRING)
            ELSE mdtrt_id
        END AS window_value
    FROM kind
)
"""

# One row for each window with an excess.
WINDOW_HELD = (
    _IN_WINDOWS.format(persons="judged_person").rstrip()
    + """,
held AS (
    SELECT rule_key, owner, window_value, part, min(psn_no) AS psn_no, CAST(sum(net_cnt) AS BIGINT) AS cnt,
        CAST(sum(net_amt) AS BIGINT) AS amt, CAST(sum(net_inscp) AS BIGINT) AS inscp, min(prd_days) AS prd_days,
        count(prd_days) = count(*) AND min(prd_days) = max(prd_days) AS has_one_prd_days,
        min(begn_time) AS begn_time, min(end_time) AS end_time
    FROM valued
    WHERE window_value IS NOT NULL AND part IS NOT NULL AND owner IS NOT NULL
    GROUP BY rule_key, owner, window_value, part
),
limited AS (
    SELECT held.rule_key, held.owner, held.window_value, held.part, held.psn_no, held.cnt, held.amt, held.inscp, held.prd_days,
        {stay_days} AS stay_days, {excess} AS excess
    FROM held
    JOIN window_rule AS rule ON rule.rule_key = held.rule_key
)
SELECT rule_key, owner, window_value, part, psn_no, cnt, amt, inscp, prd_days, CAST(stay_days AS INT) AS stay_days,
    CAST(excess AS BIGINT) AS excess
FROM limited
WHERE excess > 0
"""
)

# Whose windows those are.
HELD_PERSON = """
SELECT DISTINCT psn_no FROM window_held
"""

# The lines of those windows: few, so that the many others are never written.
WINDOWED_LINE = (
    _IN_WINDOWS.format(persons="held_person")
    + """SELECT line.rule_key, line.owner, line.window_value, line.part, line.mdtrt_id, line.feedetl_sn, line.setl_id, line.month,
    line.fee_time, line.net_cnt, line.net_amt, line.net_inscp, line.pric, line.weight, held.excess
FROM valued AS line
JOIN window_held AS held ON held.rule_key = line.rule_key AND held.owner = line.owner
    AND held.window_value = line.window_value AND held.part = line.part
"""
)

# The lines of those windows with what is taken of each, the latest line first.
WINDOW_TAKE = f"""
WITH ordered AS (
    SELECT line.rule_key, line.owner, line.window_value, line.part, line.mdtrt_id, line.feedetl_sn, line.setl_id,
        line.month, line.net_cnt, line.net_amt, line.net_inscp, line.pric, line.weight, line.excess,
        sum(line.weight) OVER (
            PARTITION BY line.rule_key, line.owner, line.window_value, line.part
            ORDER BY line.fee_time DESC, line.mdtrt_id DESC, line.feedetl_sn DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) - line.weight AS weight_after
    FROM windowed_line AS line
),
taken AS (
    SELECT rule_key, owner, window_value, part, mdtrt_id, feedetl_sn, setl_id, month, net_cnt, net_amt, net_inscp, pric,
        CAST(greatest(least(weight, excess - weight_after), 0) AS BIGINT) AS take
    FROM ordered
),
priced AS (
    SELECT line.rule_key, line.owner, line.window_value, line.part, line.mdtrt_id, line.feedetl_sn, line.setl_id,
        line.month, line.net_cnt, line.net_amt, line.take, least(coalesce({{take_amt}}, 0), line.net_amt) AS vola_amt,
        rule.rule_type_id
    FROM taken AS line
    JOIN window_rule AS rule ON rule.rule_key = line.rule_key
)
SELECT rule_key, owner, window_value, part, mdtrt_id, feedetl_sn, setl_id, month, take, vola_amt,
    CASE rule_type_id WHEN 'V12' THEN {mul_div("net_cnt", "vola_amt", "net_amt")} ELSE (take + 50) DIV 100 END AS vola_cnt
FROM priced
"""

# Every line with an excess and its window; without money it is only related (contract, clarification 6). V12, V16 and V26 by
# quantity, then V26 by prescription and V09.
WINDOW_FAULT = """
SELECT take.rule_key, take.mdtrt_id, take.feedetl_sn, take.vola_cnt, take.vola_amt, take.window_value, held.cnt, held.amt,
    held.inscp, held.excess, held.prd_days, held.stay_days, CAST(NULL AS BIGINT) AS used_days,
    CAST(NULL AS BIGINT) AS excess_days
FROM window_take AS take
JOIN window_held AS held ON held.rule_key = take.rule_key AND held.owner = take.owner
    AND held.window_value = take.window_value AND held.part = take.part
WHERE take.take > 0 AND take.month IN (SELECT month FROM task)
UNION ALL
SELECT rule_key, mdtrt_id, feedetl_sn, net_cnt, net_amt, rx_drord_no, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS INT), CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT)
FROM slices_fault
UNION ALL
SELECT rule_key, mdtrt_id, feedetl_sn, vola_cnt, vola_amt, CAST(NULL AS STRING), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS INT), used_days, excess_days
FROM course_fault
"""

# The other counted lines of each window with an excess, in the finding's own visit; for V09 the last payable date or line.
WINDOW_RELATED = """
WITH concerned AS (
    SELECT DISTINCT rule_key, owner, window_value, part, mdtrt_id, setl_id, month
    FROM window_take
    WHERE take > 0 AND month IN (SELECT month FROM task)
)
SELECT concerned.rule_key, line.mdtrt_id, line.feedetl_sn, line.setl_id, concerned.mdtrt_id AS f_mdtrt_id,
    concerned.setl_id AS f_setl_id, concerned.month
FROM concerned
JOIN windowed_line AS line ON line.rule_key = concerned.rule_key AND line.owner = concerned.owner
    AND line.window_value = concerned.window_value AND line.part = concerned.part AND line.mdtrt_id = concerned.mdtrt_id
UNION ALL
SELECT rule_key, mdtrt_id, feedetl_sn, setl_id, f_mdtrt_id, f_setl_id, month FROM course_related
"""

HIT_WINDOW = """
SELECT fault.rule_key, CAST(NULL AS STRING) AS subject, line.mdtrt_id, line.setl_id, line.feedetl_sn,
    line.mdtrt_id AS f_mdtrt_id, line.setl_id AS f_setl_id, line.month,
    CASE WHEN fault.vola_amt > 0 THEN 1 ELSE 2 END AS item_type, fault.vola_cnt, fault.vola_amt,
    'line' AS amt_kind, 1 AS amount_stas, CAST(NULL AS INT) AS sev_deg, {evidence} AS evid
FROM window_fault AS fault
JOIN window_rule AS rule ON rule.rule_key = fault.rule_key
JOIN line ON line.mdtrt_id = fault.mdtrt_id AND line.feedetl_sn = fault.feedetl_sn
UNION ALL
SELECT rule_key, CAST(NULL AS STRING), mdtrt_id, setl_id, feedetl_sn, f_mdtrt_id, f_setl_id, month, 2,
    CAST(0 AS BIGINT), CAST(0 AS BIGINT), 'line', 1, CAST(NULL AS INT), CAST(NULL AS STRING)
FROM window_related
"""

SHAPE = Shape(
    name="window",
    statements=(
        ("judged_person", JUDGED_PERSON),
        ("window_kind_rule", WINDOW_KIND_RULE),
        ("window_line", WINDOW_LINE),
        ("window_block", WINDOW_BLOCK),
        ("window_held", WINDOW_HELD),
        ("held_person", HELD_PERSON),
        ("windowed_line", WINDOWED_LINE),
        ("window_take", WINDOW_TAKE),
        *SLICES_STATEMENTS,
        *COURSE_STATEMENTS,
        ("window_fault", WINDOW_FAULT),
        ("window_related", WINDOW_RELATED),
        ("hit_window", HIT_WINDOW),
    ),
    defaults={
        "window_of": "'visit'",
        "line_condition": "TRUE",
        "is_summed": "FALSE",
        "part": "'all'",
        "weight": "line.net_cnt * 100",
        "stay_days": "CAST(NULL AS INT)",
        "excess": "CAST(NULL AS BIGINT)",
        "take_amt": mul_div("line.take", "line.pric", "10000000000"),
    },
)
