"""V21 and V22 kinds: more kinds of drugs than a prescription or a stay may hold (part of shape supply)."""

# Lines of the kinds beyond the limit; kinds are numbered by the first line of each in the window.
_SURPLUS_KIND = """
WITH windowed AS (
    SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn, line.month, line.fee_time, line.code_key, line.net_cnt,
        line.net_amt, {kinds_window} AS window_value
    FROM supply_line AS line
    JOIN supply_rule AS rule ON rule.rule_key = line.rule_key
),
placed AS (
    SELECT rule_key, mdtrt_id, feedetl_sn, month, code_key, net_cnt, net_amt, window_value,
        row_number() OVER (PARTITION BY rule_key, mdtrt_id, window_value ORDER BY fee_time, feedetl_sn) AS place
    FROM windowed
    WHERE window_value IS NOT NULL
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
