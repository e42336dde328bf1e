"""S08: the visits of one person in a calendar period, numbered (part of shape person).

Persons are narrowed by their bare number of visits before any rule is looked at; a rule with z_min needs everyone's number.
"""

from rules.shapes.ages import complete_years
from rules.shapes.peers import z_statements

# Each visit with the first day of each period that a rule counts by, in periods that hold a judged visit.
_VISIT_PERIOD = """
WITH dated AS (
    SELECT visit.mdtrt_id, visit.psn_no, visit.month, visit.begn_time, used.period,
        CASE used.period
            WHEN 'day' THEN CAST(visit.begn_time AS DATE)
            WHEN 'month' THEN make_date(year(visit.begn_time), month(visit.begn_time), 1)
            WHEN 'year' THEN make_date(year(visit.begn_time), 1, 1)
        END AS first_day
    FROM visit
    CROSS JOIN (SELECT DISTINCT period FROM person_rule WHERE rule_type_id = 'S08') AS used
    WHERE visit.psn_no IS NOT NULL AND visit.begn_time IS NOT NULL
),
judged AS (
    SELECT DISTINCT period, first_day FROM dated WHERE month IN (SELECT month FROM task)
)
SELECT dated.mdtrt_id, dated.psn_no, dated.period, dated.first_day
FROM dated
JOIN judged ON judged.period = dated.period AND judged.first_day = dated.first_day
"""

# Counted visits (in scope, in force, not exempt, whatever they cost the fund) of persons with enough visits to be above the
# smallest limit, or of everyone where a rule compares persons.
_COUNTED_VISIT = """
WITH limit_of AS (
    SELECT period, min(max_count) AS max_count FROM person_rule WHERE rule_type_id = 'S08' GROUP BY period
),
busy AS (
    SELECT dated.psn_no, dated.period, dated.first_day
    FROM visit_period AS dated
    JOIN limit_of ON limit_of.period = dated.period
    GROUP BY dated.psn_no, dated.period, dated.first_day
    HAVING count(*) > min(limit_of.max_count)
)
SELECT rule.rule_key, visit.mdtrt_id, visit.psn_no, dated.first_day, visit.begn_time, visit.fixmedins_code
FROM visit_period AS dated
JOIN person_rule AS rule ON rule.rule_type_id = 'S08' AND rule.period = dated.period
LEFT JOIN busy ON busy.psn_no = dated.psn_no AND busy.period = dated.period AND busy.first_day = dated.first_day
JOIN visit ON visit.mdtrt_id = dated.mdtrt_id
JOIN person_valid AS valid ON valid.rule_key = rule.rule_key
    AND CAST(visit.end_time AS DATE) BETWEEN valid.eff_beg AND valid.eff_end
WHERE (busy.psn_no IS NOT NULL OR rule.z_min IS NOT NULL)
    AND {in_scope_visit}
    AND {not_exempt_visit}
"""

# Each counted visit with its number and the number of its institution in order of the person's first visits there;
# is_beyond: above the limit.
_NUMBERED_VISIT = """
WITH first_seen AS (
    SELECT rule_key, psn_no, first_day, fixmedins_code, min(struct(begn_time, mdtrt_id)) AS first_visit
    FROM counted_visit
    WHERE fixmedins_code IS NOT NULL
    GROUP BY rule_key, psn_no, first_day, fixmedins_code
),
place AS (
    SELECT rule_key, psn_no, first_day, fixmedins_code,
        row_number() OVER (PARTITION BY rule_key, psn_no, first_day ORDER BY first_visit) AS place_no
    FROM first_seen
),
numbered AS (
    SELECT rule_key, psn_no, first_day, mdtrt_id, fixmedins_code,
        row_number() OVER (PARTITION BY rule_key, psn_no, first_day ORDER BY begn_time, mdtrt_id) AS visit_no
    FROM counted_visit
)
SELECT numbered.rule_key, numbered.psn_no, numbered.first_day, numbered.mdtrt_id, numbered.visit_no,
    CASE rule.metric WHEN 'visits' THEN numbered.visit_no > rule.max_count
        ELSE coalesce(place.place_no > rule.max_count, FALSE) END AS is_beyond,
    CASE rule.metric WHEN 'visits' THEN numbered.visit_no ELSE place.place_no END AS counted_no
FROM numbered
JOIN person_rule AS rule ON rule.rule_key = numbered.rule_key
LEFT JOIN place ON place.rule_key = numbered.rule_key AND place.psn_no = numbered.psn_no
    AND place.first_day = numbered.first_day AND place.fixmedins_code = numbered.fixmedins_code
"""

# One row for each person and period: how many, and the number of the first visit above the limit.
_PERSON_COUNT = """
SELECT rule_key, psn_no, first_day, CAST(coalesce(max(counted_no), 0) AS BIGINT) AS counted,
    min(CASE WHEN is_beyond THEN visit_no END) AS first_beyond
FROM numbered_visit
GROUP BY rule_key, psn_no, first_day
"""

# Persons of rules that compare, by insurance, sex and age decade on the period's first day, all by the last settlement; a
# person of whom one is unknown is nobody's peer.
_LIKE_PERSON = f"""
WITH last_visit AS (
    SELECT counted.rule_key, counted.psn_no, counted.first_day,
        max(struct(coalesce(visit.setl_time, TIMESTAMP_NTZ '1900-01-01 00:00:00'), visit.setl_id, visit.mdtrt_id)) AS last
    FROM counted_visit AS counted
    JOIN person_rule AS rule ON rule.rule_key = counted.rule_key AND rule.z_min IS NOT NULL
    JOIN visit ON visit.mdtrt_id = counted.mdtrt_id
    GROUP BY counted.rule_key, counted.psn_no, counted.first_day
)
SELECT last_visit.rule_key, last_visit.first_day, visit.insutype, visit.gend,
    {complete_years("visit.brdy", "last_visit.first_day")} DIV 10 AS decade, last_visit.psn_no AS member,
    CAST(person_count.counted AS DOUBLE) AS x
FROM last_visit
JOIN visit ON visit.mdtrt_id = last_visit.last.mdtrt_id
JOIN person_count ON person_count.rule_key = last_visit.rule_key AND person_count.psn_no = last_visit.psn_no
    AND person_count.first_day = last_visit.first_day
WHERE visit.insutype IS NOT NULL AND visit.gend IS NOT NULL
    AND {complete_years("visit.brdy", "last_visit.first_day")} IS NOT NULL
"""

# One row for each visit at fault; related is the last counted visit before the person's first one above the limit.
_HIGH_USE = """
SELECT beyond.rule_key, beyond.mdtrt_id, beyond.first_day, beyond.visit_no, held.counted, scored.z,
    within.mdtrt_id AS prev_mdtrt_id
FROM numbered_visit AS beyond
JOIN person_rule AS rule ON rule.rule_key = beyond.rule_key
JOIN person_count AS held ON held.rule_key = beyond.rule_key AND held.psn_no = beyond.psn_no
    AND held.first_day = beyond.first_day
JOIN visit ON visit.mdtrt_id = beyond.mdtrt_id
LEFT JOIN like_scored AS scored ON scored.rule_key = beyond.rule_key AND scored.member = beyond.psn_no
    AND scored.first_day = beyond.first_day AND scored.peers >= rule.min_peers
LEFT JOIN numbered_visit AS within ON within.rule_key = beyond.rule_key AND within.psn_no = beyond.psn_no
    AND within.first_day = beyond.first_day AND within.visit_no = held.first_beyond - 1
WHERE beyond.is_beyond AND visit.fund_amt > 0 AND visit.month IN (SELECT month FROM task)
    AND (rule.z_min IS NULL OR scored.z >= CAST(rule.z_min AS DOUBLE) / CAST(1000000 AS DOUBLE))
"""

HIGH_USE_STATEMENTS = (
    ("visit_period", _VISIT_PERIOD),
    ("counted_visit", _COUNTED_VISIT),
    ("numbered_visit", _NUMBERED_VISIT),
    ("person_count", _PERSON_COUNT),
    ("like_person", _LIKE_PERSON),
    *z_statements("like_scored", "like_person", ("rule_key", "first_day", "insutype", "gend", "decade")),
    ("high_use", _HIGH_USE),
)
