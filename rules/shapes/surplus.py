"""V21 and V22 kinds: more kinds of drugs than a prescription or a stay may hold (part of shape supply)."""

# Lines of the kinds beyond the limit; kinds are numbered by the first line of each in the window.
_SURPLUS_KIND = """
WITH windowed AS (
    SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn, line.month, line.fee_time, line.code_key, line.net_cnt,
        line.net_amt, {kinds_window} AS window_value
    FROM supply_line AS line
    JOIN supply_rule AS rule ON rule.rule_key = line.rule_key
),
-- As many lines as kinds at least: what is numbered below is little.
full_window AS (
    SELECT windowed.rule_key, windowed.mdtrt_id, windowed.window_value
    FROM windowed
    JOIN supply_rule AS rule ON rule.rule_key = windowed.rule_key
    WHERE windowed.window_value IS NOT NULL
    GROUP BY windowed.rule_key, windowed.mdtrt_id, windowed.window_value
    HAVING count(*) > min(rule.max_kinds)
),
placed AS (
    SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn, line.month, line.code_key, line.net_cnt, line.net_amt,
        line.window_value, row_number() OVER (
            PARTITION BY line.rule_key, line.mdtrt_id, line.window_value ORDER BY line.fee_time, line.feedetl_sn
        ) AS place
    FROM windowed AS line
    JOIN full_window AS full_one ON full_one.rule_key = line.rule_key AND full_one.mdtrt_id = line.mdtrt_id
        AND full_one.window_value = line.window_value
),
first_placed AS (
    SELECT rule_key, mdtrt_id, feedetl_sn, month, net_cnt, net_amt, window_value,
        min(place) OVER (PARTITION BY rule_key, mdtrt_id, window_value, code_key) AS first_place
    FROM placed
),
numbered AS (
    SELECT rule_key, mdtrt_id, feedetl_sn, month, net_cnt, net_amt, window_value,
        dense_rank() OVER (PARTITION BY rule_key, mdtrt_id, window_value ORDER BY first_place) AS kind_no
    FROM first_placed
),
counted AS (
    SELECT rule_key, mdtrt_id, feedetl_sn, month, net_cnt, net_amt, kind_no,
        max(kind_no) OVER (PARTITION BY rule_key, mdtrt_id, window_value) AS kinds
    FROM numbered
)
SELECT counted.rule_key, counted.mdtrt_id, counted.feedetl_sn, counted.month, counted.net_cnt, counted.net_amt,
    CAST(counted.kinds AS INT) AS kinds
FROM counted
JOIN supply_rule AS rule ON rule.rule_key = counted.rule_key
WHERE counted.kind_no > rule.max_kinds
"""

SURPLUS_STATEMENTS = (("surplus_kind", _SURPLUS_KIND),)
