"""V12 and V16: sums over windows, the excess taken from the last lines backwards."""

from __future__ import annotations

from benchmarks.plain.shared import BY_CODE, TESTED, rounded

# The window of a line, and whether it is a person's or a visit's.
_SPAN = """CASE counted.kind WHEN 'rx' THEN rx_drord_no
        WHEN 'person_day' THEN CAST(fee_date AS VARCHAR) WHEN 'day' THEN CAST(fee_date AS VARCHAR)
        WHEN 'week' THEN CAST(fee_date - CAST((fee_date - DATE '1900-01-01') % 7 AS INTEGER) AS VARCHAR)
        WHEN 'month' THEN strftime(fee_date, '%Y-%m') WHEN 'year' THEN strftime(fee_date, '%Y')
        WHEN 'quarter' THEN strftime(fee_date, '%Y') || '-Q' || CAST(quarter(fee_date) AS VARCHAR)
        WHEN 'block' THEN CAST((fee_date - min(fee_date) OVER (PARTITION BY rule_key, mdtrt_id)) // block_days AS VARCHAR)
        ELSE '' END"""
_OWNER = "CASE WHEN counted.kind IN ('person_day', 'week', 'month', 'quarter', 'year') THEN psn_no ELSE mdtrt_id END"
_NIGHTS = "CAST(min(end_time) AS DATE) - CAST(min(begn_time) AS DATE)"

_V16 = f"""
WITH counted AS (
    SELECT rule.rule_key, rule.window AS kind, rule.block_days, rule.day_rule, line.mdtrt_id, line.feedetl_sn, line.psn_no,
        line.fee_time, line.fee_date, line.net_cnt, line.net_amt, line.pric, line.rx_drord_no, line.is_inpatient, line.begn_time,
        line.end_time, CASE WHEN line.is_inpatient THEN rule.limit_ipt ELSE rule.limit_otp END AS most
    FROM {BY_CODE}
    WHERE line.net_inscp > 0 AND {TESTED} AND line.is_inpatient IS NOT NULL AND (line.is_inpatient OR rule.window <> 'stay')
),
spanned AS (
    SELECT counted.*, {_SPAN} AS span, {_OWNER} AS owner FROM counted
),
held AS (
    SELECT rule_key, owner, span, is_inpatient, CAST(sum(net_cnt) AS BIGINT) * 100 - min(most)
        * CASE WHEN min(kind) <> 'stay' THEN 1 WHEN min(day_rule) = 'nights' THEN greatest(1, {_NIGHTS}) ELSE {_NIGHTS} + 1 END
        AS excess
    FROM spanned GROUP BY rule_key, owner, span, is_inpatient
    HAVING excess > 0
),
taken AS (
    SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn, line.pric, line.net_amt,
        greatest(0, least(line.net_cnt * 100, held.excess - (CAST(sum(line.net_cnt) OVER (
            PARTITION BY line.rule_key, line.owner, line.span, line.is_inpatient
            ORDER BY line.fee_time DESC, line.mdtrt_id DESC, line.feedetl_sn DESC ROWS UNBOUNDED PRECEDING) AS BIGINT)
            - line.net_cnt) * 100)) AS take
    FROM spanned AS line
    JOIN held USING (rule_key, owner, span, is_inpatient)
)
SELECT rule_key, mdtrt_id, feedetl_sn, CAST((take + 50) // 100 AS BIGINT) AS cnt,
    least({rounded("take", "pric", "10000000000")}, net_amt) AS amt
FROM taken WHERE take > 0 AND amt > 0
"""

# What a line adds to the sum of its window, × 10,000; the few rules without codes look at every line.
_ADDED = f"""
    SELECT DISTINCT rule.rule_key, rule.period AS kind, 0 AS block_days, rule.limit_amt, rule.measure, line.mdtrt_id,
        line.feedetl_sn, line.psn_no, line.rx_drord_no, line.fee_time, line.fee_date, line.net_cnt, line.net_amt, line.net_inscp,
        CASE rule.measure WHEN 'amt' THEN line.net_amt ELSE line.net_inscp END * 10000 AS weight
    FROM {{source}}
    WHERE line.net_inscp > 0 AND (rule.list_type IS NULL OR list_contains(rule.list_type, line.list_type))
        AND (rule.opsp_dise_code IS NULL
            OR list_has_any([trim(part) FOR part IN string_split_regex(line.dise_codg, '[,;]')], rule.opsp_dise_code))
        AND {TESTED}"""
_BY_KIND = """line
    JOIN valid ON line.fee_date BETWEEN valid.eff_beg AND valid.eff_end
    JOIN rule ON rule.rule_key = valid.rule_key AND rule.item_codes_text IS NULL"""
_V12 = f"""
WITH counted AS ({_ADDED.format(source=BY_CODE)}
    UNION ALL{_ADDED.replace("DISTINCT ", "").format(source=_BY_KIND)}
),
spanned AS (
    SELECT counted.*, {_SPAN} AS span, {_OWNER} AS owner FROM counted
),
held AS (
    SELECT rule_key, owner, span, CAST(sum(weight) AS BIGINT) - min(limit_amt) AS excess
    FROM spanned GROUP BY rule_key, owner, span
    HAVING excess > 0
),
taken AS (
    SELECT line.*, greatest(0, least(line.weight, held.excess - (CAST(sum(line.weight) OVER (
        PARTITION BY line.rule_key, line.owner, line.span
        ORDER BY line.fee_time DESC, line.mdtrt_id DESC, line.feedetl_sn DESC ROWS UNBOUNDED PRECEDING) AS BIGINT)
        - line.weight))) AS take
    FROM spanned AS line
    JOIN held USING (rule_key, owner, span)
),
cost AS (
    SELECT *, least(net_amt, CASE measure WHEN 'amt' THEN (take + 5000) // 10000
        ELSE {rounded("take", "net_amt", "net_inscp * 10000")} END) AS amt
    FROM taken WHERE take > 0
)
SELECT rule_key, mdtrt_id, feedetl_sn, {rounded("net_cnt", "amt", "net_amt")} AS cnt, amt FROM cost WHERE amt > 0
"""

PROGRAMS = {"V12": _V12, "V16": _V16}
