"""S11 co_admit and similar: which stays tie two persons together (part of shape graph).

Blocks of admissions and of like stays are left out above max_block, so pairs are at most max_block for each stay and day of
the gap. The type's ``is_company`` reads ``rule``, ``stay`` and ``other`` (emp_no), its ``is_alike`` ``rule`` and ``alike``.
"""

from rules.engines.portable import mul_div, plus_days

# Stays that may be shared admissions: in a block that is not too large, of persons who can have an edge at all, that is with
# a stay in the judged month and with enough dates.
_CO_STAY = """
WITH blocked AS (
    SELECT stay.rule_key, stay.month, stay.mdtrt_id, stay.psn_no, stay.fixmedins_code, stay.begn_date, stay.is_judged,
        rule.max_block, rule.min_common,
        count(*) OVER (PARTITION BY stay.rule_key, stay.month, stay.fixmedins_code, stay.begn_date) AS block_size
    FROM graph_stay AS stay
    JOIN graph_rule AS rule ON rule.rule_key = stay.rule_key AND rule.variant = 'co_admit'
    WHERE stay.begn_date IS NOT NULL
),
candidate AS (
    SELECT rule_key, month, psn_no
    FROM blocked
    WHERE block_size <= max_block
    GROUP BY rule_key, month, psn_no
    HAVING bool_or(is_judged) AND count(DISTINCT begn_date) >= min(min_common)
)
SELECT blocked.rule_key, blocked.month, blocked.mdtrt_id, blocked.psn_no, blocked.fixmedins_code, blocked.begn_date,
    blocked.is_judged, person.emp_no
FROM blocked
JOIN candidate ON candidate.rule_key = blocked.rule_key AND candidate.month = blocked.month
    AND candidate.psn_no = blocked.psn_no
LEFT JOIN psn_d AS person ON person.psn_no = blocked.psn_no
WHERE blocked.block_size <= blocked.max_block
"""

# Each pair of stays that share an admission, once: the earlier one looks ahead day by day, so that the join is on equal days.
_CO_PAIR = f"""
WITH ahead AS (
    SELECT rule_key, month, mdtrt_id, psn_no, fixmedins_code, begn_date, is_judged, emp_no, days_later,
        {plus_days("begn_date", "days_later")} AS near_date
    FROM (
        SELECT stay.rule_key, stay.month, stay.mdtrt_id, stay.psn_no, stay.fixmedins_code, stay.begn_date, stay.is_judged,
            stay.emp_no, explode(sequence(0, rule.gap_days)) AS days_later
        FROM co_stay AS stay
        JOIN graph_rule AS rule ON rule.rule_key = stay.rule_key
    ) AS part
)
SELECT stay.rule_key, stay.month, stay.is_judged AND other.is_judged AS is_judged,
    CASE WHEN stay.psn_no < other.psn_no THEN stay.psn_no ELSE other.psn_no END AS low_psn,
    CASE WHEN stay.psn_no < other.psn_no THEN stay.mdtrt_id ELSE other.mdtrt_id END AS low_mdtrt_id,
    CASE WHEN stay.psn_no < other.psn_no THEN stay.begn_date ELSE other.begn_date END AS low_date,
    CASE WHEN stay.psn_no < other.psn_no THEN other.psn_no ELSE stay.psn_no END AS high_psn,
    CASE WHEN stay.psn_no < other.psn_no THEN other.mdtrt_id ELSE stay.mdtrt_id END AS high_mdtrt_id,
    CASE WHEN stay.psn_no < other.psn_no THEN other.begn_date ELSE stay.begn_date END AS high_date
FROM ahead AS stay
JOIN co_stay AS other ON other.rule_key = stay.rule_key AND other.month = stay.month
    AND other.fixmedins_code = stay.fixmedins_code AND other.begn_date = stay.near_date
JOIN graph_rule AS rule ON rule.rule_key = stay.rule_key
WHERE other.psn_no <> stay.psn_no AND (stay.days_later > 0 OR stay.mdtrt_id < other.mdtrt_id) AND {{is_company}}
"""

# The pairs of the judged month of persons who shared enough admissions: the edges with the stays that make them.
_CO_LINK = """
WITH edge AS (
    SELECT pair.rule_key, pair.month, pair.low_psn, pair.high_psn
    FROM co_pair AS pair
    JOIN graph_rule AS rule ON rule.rule_key = pair.rule_key
    GROUP BY pair.rule_key, pair.month, pair.low_psn, pair.high_psn
    HAVING bool_or(pair.is_judged) AND count(DISTINCT pair.low_date) >= min(rule.min_common)
        AND count(DISTINCT pair.high_date) >= min(rule.min_common)
)
SELECT pair.rule_key, pair.month, pair.low_psn, pair.low_mdtrt_id, pair.high_psn, pair.high_mdtrt_id
FROM co_pair AS pair
JOIN edge ON edge.rule_key = pair.rule_key AND edge.month = pair.month AND edge.low_psn = pair.low_psn
    AND edge.high_psn = pair.high_psn
WHERE pair.is_judged
"""

# Each pair of stays of different persons in a block of like stays. A western and a 中医 diagnosis share no block.
_LIKE_PAIR = """
WITH classed AS (
    SELECT stay.rule_key, stay.month, stay.mdtrt_id, stay.psn_no, stay.fixmedins_code, rule.max_block,
        concat(CASE WHEN stay.is_tcm_main THEN '中' ELSE '' END, substr(main.code, 1, 3)) AS category,
        (stay.fee_amt * 10000) DIV rule.fee_bucket AS fee_class
    FROM graph_stay AS stay
    JOIN graph_rule AS rule ON rule.rule_key = stay.rule_key AND rule.variant = 'similar'
    JOIN code_dict AS main ON main.kind = 'diag' AND main.code_key = stay.main_key
    WHERE stay.fee_amt IS NOT NULL
),
blocked AS (
    SELECT rule_key, month, mdtrt_id, psn_no, fixmedins_code, category, fee_class, max_block,
        count(*) OVER (PARTITION BY rule_key, month, fixmedins_code, category, fee_class) AS block_size
    FROM classed
)
SELECT stay.rule_key, stay.month, stay.psn_no AS low_psn, stay.mdtrt_id AS low_mdtrt_id, other.psn_no AS high_psn,
    other.mdtrt_id AS high_mdtrt_id
FROM blocked AS stay
JOIN blocked AS other ON other.rule_key = stay.rule_key AND other.month = stay.month
    AND other.fixmedins_code = stay.fixmedins_code AND other.category = stay.category
    AND other.fee_class = stay.fee_class AND stay.psn_no < other.psn_no
WHERE stay.block_size <= stay.max_block AND other.block_size <= other.max_block
"""

# What each stay of a pair was billed by item.
_LIKE_ITEM = """
WITH paired AS (
    SELECT low_mdtrt_id AS mdtrt_id FROM like_pair
    UNION
    SELECT high_mdtrt_id FROM like_pair
)
SELECT line.mdtrt_id, line.code_key, CAST(sum(line.net_amt) AS BIGINT) AS amt
FROM paired
JOIN line ON line.mdtrt_id = paired.mdtrt_id
WHERE line.code_key IS NOT NULL
GROUP BY line.mdtrt_id, line.code_key
"""

# How alike the stays of each pair are, in ten-thousandths, once for all rules: of two stays the greater amounts by item add up
# to both totals less the smaller ones, so only items that both were billed are joined.
_ALIKE = f"""
WITH pair AS (
    SELECT DISTINCT low_mdtrt_id, high_mdtrt_id FROM like_pair
),
total AS (
    SELECT mdtrt_id, CAST(sum(amt) AS BIGINT) AS amt FROM like_item GROUP BY mdtrt_id
),
shared AS (
    SELECT pair.low_mdtrt_id, pair.high_mdtrt_id, CAST(sum(least(low.amt, high.amt)) AS BIGINT) AS amt
    FROM pair
    JOIN like_item AS low ON low.mdtrt_id = pair.low_mdtrt_id
    JOIN like_item AS high ON high.mdtrt_id = pair.high_mdtrt_id AND high.code_key = low.code_key
    GROUP BY pair.low_mdtrt_id, pair.high_mdtrt_id
),
compared AS (
    SELECT pair.low_mdtrt_id, pair.high_mdtrt_id, coalesce(shared.amt, CAST(0 AS BIGINT)) AS least_amt,
        coalesce(low.amt, CAST(0 AS BIGINT)) + coalesce(high.amt, CAST(0 AS BIGINT)) AS both_amt
    FROM pair
    LEFT JOIN total AS low ON low.mdtrt_id = pair.low_mdtrt_id
    LEFT JOIN total AS high ON high.mdtrt_id = pair.high_mdtrt_id
    LEFT JOIN shared ON shared.low_mdtrt_id = pair.low_mdtrt_id AND shared.high_mdtrt_id = pair.high_mdtrt_id
)
SELECT low_mdtrt_id, high_mdtrt_id, {mul_div("least_amt", "10000", "(both_amt - least_amt)")} AS similarity
FROM compared
"""

_LIKE_LINK = """
SELECT pair.rule_key, pair.month, pair.low_psn, pair.low_mdtrt_id, pair.high_psn, pair.high_mdtrt_id
FROM like_pair AS pair
JOIN graph_rule AS rule ON rule.rule_key = pair.rule_key
JOIN alike ON alike.low_mdtrt_id = pair.low_mdtrt_id AND alike.high_mdtrt_id = pair.high_mdtrt_id
WHERE {is_alike}
"""

COMPANY_STATEMENTS = (
    ("co_stay", _CO_STAY),
    ("co_pair", _CO_PAIR),
    ("co_link", _CO_LINK),
    ("like_pair", _LIKE_PAIR),
    ("like_item", _LIKE_ITEM),
    ("alike", _ALIKE),
    ("like_link", _LIKE_LINK),
)
