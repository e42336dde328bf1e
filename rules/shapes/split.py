"""S01: a stay and the person's stay before it (part of shape stay).

The type's ``pair_condition`` reads ``visit`` (the later stay, B), ``earlier`` (A), ``later_main`` and ``earlier_main``
(their main diagnoses), ``rule`` and ``split.gap``.
"""

from rules.engines.portable import mul_div, plus_days
from rules.shapes.eligible import known_diagnosis, matches

# The latest stay that ended before each judged one, by which institutions are compared. Gaps beyond every rule's are left
# out: a latest stay that is too far away is no pair either.
_SPLIT_PAIR = f"""
WITH widest AS (
    SELECT max(gap_days) AS gap_days FROM stay_rule WHERE rule_type_id = 'S01'
),
earlier_stay AS (
    SELECT visit.mdtrt_id, earlier.mdtrt_id AS prev_mdtrt_id, earlier.end_time AS prev_end,
        coalesce(earlier.fixmedins_code = visit.fixmedins_code, FALSE) AS is_same_institution,
        coalesce(old_place.alliance_code = place.alliance_code, FALSE) AS is_same_alliance
    FROM visit
    CROSS JOIN widest
    JOIN visit AS earlier ON earlier.psn_no = visit.psn_no AND earlier.visit_class = 'IPT'
        AND earlier.mdtrt_id <> visit.mdtrt_id AND earlier.end_time <= visit.begn_time
        AND CAST(earlier.end_time AS DATE) >= {plus_days("CAST(visit.begn_time AS DATE)", "-widest.gap_days")}
    LEFT JOIN institution AS place ON place.fixmedins_code = visit.fixmedins_code
    LEFT JOIN institution AS old_place ON old_place.fixmedins_code = earlier.fixmedins_code
    WHERE visit.month IN (SELECT month FROM task) AND visit.visit_class = 'IPT' AND visit.fund_amt > 0
),
linked AS (
    SELECT mdtrt_id, prev_mdtrt_id, prev_end, 'any' AS link FROM earlier_stay
    UNION ALL
    SELECT mdtrt_id, prev_mdtrt_id, prev_end, 'institution' FROM earlier_stay WHERE is_same_institution
    UNION ALL
    SELECT mdtrt_id, prev_mdtrt_id, prev_end, 'alliance' FROM earlier_stay WHERE is_same_institution OR is_same_alliance
),
latest AS (
    SELECT mdtrt_id, link, max(struct(prev_end, prev_mdtrt_id)) AS prev FROM linked GROUP BY mdtrt_id, link
)
SELECT latest.mdtrt_id, latest.link, latest.prev.prev_mdtrt_id AS prev_mdtrt_id,
    CAST(datediff(CAST(visit.begn_time AS DATE), CAST(latest.prev.prev_end AS DATE)) AS INT) AS gap
FROM latest
JOIN visit ON visit.mdtrt_id = latest.mdtrt_id
"""

# How alike both stays' items are, in ten-thousandths: only of pairs, by item, so that each pair reads its lines once.
_SPLIT_ALIKE = f"""
WITH pair AS (
    SELECT DISTINCT mdtrt_id, prev_mdtrt_id FROM split_pair
),
member AS (
    SELECT mdtrt_id, prev_mdtrt_id, mdtrt_id AS billed_mdtrt_id, 1 AS is_later FROM pair
    UNION ALL
    SELECT mdtrt_id, prev_mdtrt_id, prev_mdtrt_id, 0 FROM pair
),
item AS (
    SELECT member.mdtrt_id, member.prev_mdtrt_id, line.code_key,
        CAST(sum(CASE WHEN member.is_later = 1 THEN line.net_amt ELSE 0 END) AS BIGINT) AS later_amt,
        CAST(sum(CASE WHEN member.is_later = 0 THEN line.net_amt ELSE 0 END) AS BIGINT) AS earlier_amt
    FROM member
    JOIN line ON line.mdtrt_id = member.billed_mdtrt_id
    WHERE line.code_key IS NOT NULL
    GROUP BY member.mdtrt_id, member.prev_mdtrt_id, line.code_key
)
SELECT mdtrt_id, prev_mdtrt_id,
    {
    mul_div(
        "CAST(sum(least(later_amt, earlier_amt)) AS BIGINT)", "10000", "CAST(sum(greatest(later_amt, earlier_amt)) AS BIGINT)"
    )
} AS similarity
FROM item
GROUP BY mdtrt_id, prev_mdtrt_id
"""

# Pairs at fault: exempt_diag spares by a diagnosis of either stay.
_SPLIT_FAULT = f"""
SELECT rule.rule_key, visit.mdtrt_id, split.gap, earlier.mdtrt_id AS prev_mdtrt_id, earlier.setl_id AS prev_setl_id,
    earlier.end_time AS prev_end, later_main.code AS main_diag, earlier_main.code AS prev_main_diag, alike.similarity
FROM split_pair AS split
JOIN stay_rule AS rule ON rule.rule_type_id = 'S01' AND rule.link = split.link AND split.gap <= rule.gap_days
JOIN visit ON visit.mdtrt_id = split.mdtrt_id
JOIN visit AS earlier ON earlier.mdtrt_id = split.prev_mdtrt_id
JOIN stay_valid AS valid ON valid.rule_key = rule.rule_key
    AND CAST(visit.end_time AS DATE) BETWEEN valid.eff_beg AND valid.eff_end
LEFT JOIN split_alike AS alike ON alike.mdtrt_id = split.mdtrt_id AND alike.prev_mdtrt_id = split.prev_mdtrt_id
LEFT JOIN code_dict AS later_main ON later_main.kind = 'diag' AND later_main.code_key = visit.main_any_key
LEFT JOIN code_dict AS earlier_main ON earlier_main.kind = 'diag' AND earlier_main.code_key = earlier.main_any_key
WHERE {{pair_condition}}
    AND (rule.min_sim IS NULL OR alike.similarity * 100 >= rule.min_sim)
    AND (rule.exempt_diag_keys IS NULL
        OR {known_diagnosis("earlier", "rule.exempt")} AND NOT {matches("earlier", "rule.exempt_diag")})
    AND {{in_scope_visit}}
    AND {{not_exempt_visit}}
"""

SPLIT_STATEMENTS = (("split_pair", _SPLIT_PAIR), ("split_alike", _SPLIT_ALIKE), ("split_fault", _SPLIT_FAULT))
