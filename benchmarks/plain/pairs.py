"""V08, V14, V15, V18, V23 and V25: two groups of codes in one visit, or in one person's past."""

from __future__ import annotations

from benchmarks.plain.shared import BY_CODE, TESTED, known, named, priced, rounded

_SPAN = "CASE rule.window WHEN 'rx' THEN line.rx_drord_no WHEN 'day' THEN CAST(line.fee_date AS VARCHAR) ELSE '' END"

# Only lines of visits that hold what a rule asks for are read again: the narrow codes of a visit decide that.
_SIDES = """
SELECT visit.mdtrt_id, target.rule_key, target.code_key, target.side = '{kept}' AS is_a
FROM (SELECT DISTINCT mdtrt_id, code_key FROM line WHERE code_key IN (SELECT code_key FROM target)) AS visit
JOIN (SELECT DISTINCT rule_key, code_key, side FROM target) AS target USING (code_key)
WINDOW sides AS (PARTITION BY visit.mdtrt_id, target.rule_key)
QUALIFY {asked}
"""
_BOTH = "bool_or(target.side = '{kept}') OVER sides AND bool_or(target.side <> '{kept}') OVER sides"

# The lines of those codes: any line of the kept group, of the other one those that a rule may find at fault.
_LINES = f"""
SELECT side.rule_key, side.is_a, side.code_key, {_SPAN} AS span, line.mdtrt_id, line.feedetl_sn, line.fee_time, line.net_cnt,
    line.net_amt, line.pric
FROM side
JOIN line ON line.mdtrt_id = side.mdtrt_id AND line.code_key = side.code_key
JOIN rule ON rule.rule_key = side.rule_key
WHERE side.is_a OR line.net_inscp > 0 AND {{more}} AND {TESTED}
    AND EXISTS (FROM valid WHERE valid.rule_key = side.rule_key AND line.fee_date BETWEEN valid.eff_beg AND valid.eff_end)
"""


def _sides(kept: str, asked: str = _BOTH, more: str = "TRUE") -> str:
    return f"WITH side AS ({_SIDES.format(kept=kept, asked=asked.format(kept=kept))}), member AS ({_LINES.format(more=more)})"


_V14 = f"""
{_sides("group_a")},
held AS (
    SELECT member.*, rule.cnt_rule, CAST(sum(net_cnt) FILTER (WHERE is_a) OVER spanned AS BIGINT) AS cnt_a,
        CAST(sum(net_cnt) FILTER (WHERE NOT is_a) OVER spanned AS BIGINT) AS cnt_b,
        CAST(sum(CASE WHEN NOT is_a THEN net_cnt ELSE 0 END) OVER (spanned ORDER BY fee_time DESC, feedetl_sn DESC
            ROWS UNBOUNDED PRECEDING) AS BIGINT) - net_cnt AS behind
    FROM member JOIN rule USING (rule_key)
    WHERE span IS NOT NULL
    WINDOW spanned AS (PARTITION BY rule_key, mdtrt_id, span)
),
taken AS (
    SELECT *, greatest(0, least(net_cnt, CASE cnt_rule WHEN 'all' THEN cnt_b ELSE least(cnt_a, cnt_b) END - behind)) AS take
    FROM held WHERE NOT is_a AND cnt_a IS NOT NULL
)
SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn, line.take AS cnt, {priced("line.take")} AS amt
FROM taken AS line WHERE line.take > 0 AND amt > 0
"""

# Parts of a bundle that was not charged, dearer together than the bundle.
_V15 = f"""
{_sides("bundle_code", "NOT bool_or(target.side = '{kept}') OVER sides")},
part AS (
    SELECT rule_key, mdtrt_id, span, code_key, CAST(sum(net_cnt) AS BIGINT) AS cnt, CAST(sum(net_amt) AS BIGINT) AS amt
    FROM member GROUP BY ALL
),
bundle AS (
    SELECT part.rule_key, part.mdtrt_id, part.span,
        (CAST(sum(part.amt) AS BIGINT) * 10000 - min(rule.bundle_price) * ((max(part.cnt) + 9999) // 10000) + 5000) // 10000
            AS excess
    FROM part JOIN rule ON rule.rule_key = part.rule_key
    GROUP BY part.rule_key, part.mdtrt_id, part.span
    HAVING count(*) >= min(rule.min_components) AND excess > 0
),
taken AS (
    SELECT member.*, greatest(0, least(member.net_amt, bundle.excess - (CAST(sum(member.net_amt) OVER (
        PARTITION BY member.rule_key, member.mdtrt_id, member.span ORDER BY member.fee_time DESC, member.feedetl_sn DESC
        ROWS UNBOUNDED PRECEDING) AS BIGINT) - member.net_amt))) AS take
    FROM member JOIN bundle USING (rule_key, mdtrt_id, span)
)
SELECT rule_key, mdtrt_id, feedetl_sn, {rounded("net_cnt", "take", "net_amt")} AS cnt, take AS amt FROM taken WHERE take > 0
"""

# A code without any of its companions, operations or diagnoses.
_V18 = f"""
{_sides("required_codes", "bool_or(target.side <> '{kept}') OVER sides", "coalesce(line.etip_flag, 0) <> 1")},
alone AS (
    SELECT rule_key, mdtrt_id, span FROM member GROUP BY ALL HAVING NOT bool_or(is_a)
)
SELECT member.rule_key, member.mdtrt_id, member.feedetl_sn, member.net_cnt AS cnt, member.net_amt AS amt
FROM member
JOIN alone USING (rule_key, mdtrt_id, span)
JOIN rule ON rule.rule_key = member.rule_key
JOIN visit ON visit.mdtrt_id = member.mdtrt_id
WHERE member.net_amt > 0
    AND (rule.required_oprn_keys IS NULL OR NOT list_has_any(visit.oprn_keys, rule.required_oprn_keys))
    AND (rule.required_diag_keys IS NULL OR {known("required_diag", "visit")} AND NOT {named("required_diag", "visit")})
"""

_V25 = f"""
{_sides("code_a")}
SELECT b.rule_key, b.mdtrt_id, b.feedetl_sn, b.net_cnt AS cnt, CASE rule.amount_mode WHEN 'none' THEN 0 ELSE b.net_amt END AS amt
FROM member AS b
JOIN rule ON rule.rule_key = b.rule_key
WHERE NOT b.is_a AND b.net_amt > 0 AND EXISTS (
    FROM member AS a WHERE a.is_a AND a.rule_key = b.rule_key AND a.mdtrt_id = b.mdtrt_id AND a.span = b.span)
"""

# A second-line drug: no first-line drug, nor itself, in the person's past.
_V08 = f"""
WITH second AS (
    SELECT rule.rule_key, rule.lookback_days, rule.repeat_free_days, line.mdtrt_id, line.feedetl_sn, line.psn_no, line.fee_date,
        line.net_cnt AS cnt, line.net_amt AS amt
    FROM {BY_CODE} AND target.side = 'med_list_codg'
    WHERE line.net_inscp > 0 AND NOT line.is_limit_spared AND {TESTED}
)
SELECT rule_key, mdtrt_id, feedetl_sn, cnt, amt
FROM second
WHERE amt > 0 AND NOT EXISTS (
    FROM line AS past JOIN (SELECT DISTINCT rule_key, side, code_key FROM target) AS side ON side.code_key = past.code_key
    WHERE past.psn_no = second.psn_no AND side.rule_key = second.rule_key AND CASE side.side
        WHEN 'first_line_codes' THEN past.fee_date BETWEEN second.fee_date - second.lookback_days AND second.fee_date
        ELSE past.fee_date >= second.fee_date - second.repeat_free_days AND past.fee_date < second.fee_date END)
"""

# Two substances of one group on the same days: the later, cheaper or larger code is at fault.
_V23 = f"""
WITH charged AS (
    SELECT rule.rule_key, rule.group_code, rule.ingredient, rule.min_overlap_days, line.mdtrt_id, line.feedetl_sn, line.code_key,
        line.med_list_codg AS code, line.fee_date, line.net_cnt, line.net_amt
    FROM {BY_CODE} AND target.side = 'med_list_codg'
    WHERE line.net_inscp > 0 AND {TESTED}
),
mixed AS (
    SELECT mdtrt_id, group_code FROM charged GROUP BY ALL HAVING min(ingredient) < max(ingredient)
),
used AS (
    SELECT rule_key, mdtrt_id, group_code, ingredient, min_overlap_days, code_key, code, fee_date, sum(net_amt) AS amt
    FROM charged SEMI JOIN mixed USING (mdtrt_id, group_code)
    GROUP BY ALL
),
day AS (
    SELECT used.*, min(fee_date) OVER (PARTITION BY rule_key, mdtrt_id, code_key) AS first_date FROM used
),
pair AS (
    SELECT p.rule_key, p.mdtrt_id, p.code_key, list(p.fee_date) AS dates
    FROM day AS p
    JOIN day AS q ON q.mdtrt_id = p.mdtrt_id AND q.group_code = p.group_code AND q.fee_date = p.fee_date
        AND q.ingredient <> p.ingredient AND q.code_key <> p.code_key
    WHERE NOT EXISTS (FROM target WHERE side = 'allowed_with' AND rule_key = p.rule_key AND code_key = q.code_key)
        AND NOT EXISTS (FROM target WHERE side = 'allowed_with' AND rule_key = q.rule_key AND code_key = p.code_key)
    GROUP BY p.rule_key, p.mdtrt_id, p.code_key, q.rule_key, q.code_key
    HAVING count(*) >= greatest(min(p.min_overlap_days), min(q.min_overlap_days))
        AND (min(p.first_date) > min(q.first_date) OR min(p.first_date) = min(q.first_date)
            AND (sum(p.amt) < sum(q.amt) OR sum(p.amt) = sum(q.amt) AND min(p.code) > min(q.code)))
),
repeated AS (
    SELECT DISTINCT rule_key, mdtrt_id, code_key, unnest(dates) AS fee_date FROM pair
)
SELECT rule_key, mdtrt_id, feedetl_sn, net_cnt AS cnt, net_amt AS amt
FROM charged SEMI JOIN repeated USING (rule_key, mdtrt_id, code_key, fee_date)
WHERE net_amt > 0
"""

PROGRAMS = {"V08": _V08, "V14": _V14, "V15": _V15, "V18": _V18, "V23": _V23, "V25": _V25}
