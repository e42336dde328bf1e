"""S08: the visits of one person in a calendar period, numbered (part of shape person).

Rules that count the same visits share one count. Persons are narrowed by their bare number of visits before any rule is looked
at; a rule with z_min needs everyone's number, in periods in which somebody has enough.
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

# Rules that count the same visits: one period, scope, exemption and validity. Each group is counted once, under group_key.
_COUNT_GROUP = """
WITH validity AS (
    SELECT rule_key, array_join(sort_array(collect_list(concat(CAST(eff_beg AS STRING), ' ', CAST(eff_end AS STRING)))), ',')
        AS days
    FROM person_valid
    GROUP BY rule_key
)
SELECT rule.rule_key, rule.metric, rule.period, rule.max_count, rule.z_min, rule.min_peers,
    min(rule.rule_key) OVER (
        PARTITION BY rule.period, rule.scope_insutype, rule.scope_class, rule.scope_hosp_lv, rule.scope_poolarea,
            rule.exempt_dept, rule.exempt_diag_keys, rule.exempt_has_tcm, validity.days
    ) AS group_key
FROM person_rule AS rule
JOIN validity ON validity.rule_key = rule.rule_key
WHERE rule.rule_type_id = 'S08'
"""

# Persons with enough visits in a period to be above the group's smallest limit; everyone where a rule compares persons and
# somebody has that many.
_LOOKED_AT = """
WITH busy AS (
    SELECT psn_no, period, first_day, count(*) AS visits FROM visit_period GROUP BY psn_no, period, first_day
),
busiest AS (
    SELECT period, first_day, max(visits) AS visits FROM busy GROUP BY period, first_day
),
limit_of AS (
    SELECT group_key, period, min(max_count) AS max_count, min(CASE WHEN z_min IS NOT NULL THEN max_count END) AS compared_from
    FROM count_group
    GROUP BY group_key, period
)
SELECT limit_of.group_key, busy.psn_no, busy.period, busy.first_day
FROM busy
JOIN busiest ON busiest.period = busy.period AND busiest.first_day = busy.first_day
JOIN limit_of ON limit_of.period = busy.period
WHERE busy.visits > limit_of.max_count OR busiest.visits > limit_of.compared_from
"""

# Their counted visits: in scope, in force, not exempt, whatever they cost the fund.
_COUNTED_VISIT = """
SELECT looked_at.group_key, visit.mdtrt_id, visit.psn_no, dated.first_day, visit.begn_time, visit.fixmedins_code
FROM looked_at
JOIN visit_period AS dated ON dated.psn_no = looked_at.psn_no AND dated.period = looked_at.period
    AND dated.first_day = looked_at.first_day
JOIN person_rule AS rule ON rule.rule_key = looked_at.group_key
JOIN visit ON visit.mdtrt_id = dated.mdtrt_id
JOIN person_valid AS valid ON valid.rule_key = looked_at.group_key
    AND CAST(visit.end_time AS DATE) BETWEEN valid.eff_beg AND valid.eff_end
WHERE {in_scope_visit}
    AND {not_exempt_visit}
"""

# Each counted visit with its number and the number of its institution in order of the person's first visits there.
_NUMBERED_VISIT = """
WITH first_seen AS (
    SELECT group_key, psn_no, first_day, fixmedins_code, min(struct(begn_time, mdtrt_id)) AS first_visit
    FROM counted_visit
    WHERE fixmedins_code IS NOT NULL
    GROUP BY group_key, psn_no, first_day, fixmedins_code
),
place AS (
    SELECT group_key, psn_no, first_day, fixmedins_code,
        row_number() OVER (PARTITION BY group_key, psn_no, first_day ORDER BY first_visit) AS place_no
    FROM first_seen
),
numbered AS (
    SELECT group_key, psn_no, first_day, mdtrt_id, fixmedins_code,
        row_number() OVER (PARTITION BY group_key, psn_no, first_day ORDER BY begn_time, mdtrt_id) AS visit_no
    FROM counted_visit
)
SELECT numbered.group_key, numbered.psn_no, numbered.first_day, numbered.mdtrt_id, numbered.visit_no, place.place_no
FROM numbered
LEFT JOIN place ON place.group_key = numbered.group_key AND place.psn_no = numbered.psn_no
    AND place.first_day = numbered.first_day AND place.fixmedins_code = numbered.fixmedins_code
"""

# One row for each person and period: how many visits, and at how many institutions.
_PERSON_COUNT = """
SELECT group_key, psn_no, first_day, CAST(max(visit_no) AS BIGINT) AS visits,
    CAST(coalesce(max(place_no), 0) AS BIGINT) AS institutions
FROM numbered_visit
GROUP BY group_key, psn_no, first_day
"""

# The visits above each rule's limit; first_beyond is the number of the person's first one.
_BEYOND_VISIT = """
WITH over AS (
    SELECT rule.rule_key, rule.group_key, rule.metric, rule.max_count, person.psn_no, person.first_day,
        CASE rule.metric WHEN 'visits' THEN person.visits ELSE person.institutions END AS counted
    FROM person_count AS person
    JOIN count_group AS rule ON rule.group_key = person.group_key
    WHERE CASE rule.metric WHEN 'visits' THEN person.visits ELSE person.institutions END > rule.max_count
)
SELECT over.rule_key, over.group_key, over.psn_no, over.first_day, over.counted, numbered.mdtrt_id, numbered.visit_no,
    min(numbered.visit_no) OVER (PARTITION BY over.rule_key, over.psn_no, over.first_day) AS first_beyond
FROM over
JOIN numbered_visit AS numbered ON numbered.group_key = over.group_key AND numbered.psn_no = over.psn_no
    AND numbered.first_day = over.first_day
    AND CASE over.metric WHEN 'visits' THEN numbered.visit_no ELSE numbered.place_no END > over.max_count
"""

# Persons of periods in which a rule that compares has somebody above its limit, by insurance, sex and age decade on the
# period's first day, all by the last settlement; a person of whom one is unknown is nobody's peer.
_LIKE_PERSON = f"""
WITH compared AS (
    SELECT DISTINCT rule.group_key, rule.metric, beyond.first_day
    FROM beyond_visit AS beyond
    JOIN count_group AS rule ON rule.rule_key = beyond.rule_key AND rule.z_min IS NOT NULL
),
last_visit AS (
    SELECT counted.group_key, counted.psn_no, counted.first_day,
        max(struct(coalesce(visit.setl_time, TIMESTAMP_NTZ '1900-01-01 00:00:00'), visit.setl_id, visit.mdtrt_id)) AS last
    FROM counted_visit AS counted
    JOIN (SELECT DISTINCT group_key, first_day FROM compared) AS wanted ON wanted.group_key = counted.group_key
        AND wanted.first_day = counted.first_day
    JOIN visit ON visit.mdtrt_id = counted.mdtrt_id
    GROUP BY counted.group_key, counted.psn_no, counted.first_day
)
SELECT compared.group_key, compared.metric, compared.first_day, visit.insutype, visit.gend,
    {complete_years("visit.brdy", "last_visit.first_day")} DIV 10 AS decade, last_visit.psn_no AS member,
    CAST(CASE compared.metric WHEN 'visits' THEN person.visits ELSE person.institutions END AS DOUBLE) AS x
FROM last_visit
JOIN compared ON compared.group_key = last_visit.group_key AND compared.first_day = last_visit.first_day
JOIN visit ON visit.mdtrt_id = last_visit.last.mdtrt_id
JOIN person_count AS person ON person.group_key = last_visit.group_key AND person.psn_no = last_visit.psn_no
    AND person.first_day = last_visit.first_day
WHERE visit.insutype IS NOT NULL AND visit.gend IS NOT NULL
    AND {complete_years("visit.brdy", "last_visit.first_day")} IS NOT NULL
"""

# One row for each visit at fault; related is the last counted visit before the person's first one above the limit.
_HIGH_USE = """
SELECT beyond.rule_key, beyond.mdtrt_id, beyond.first_day, beyond.visit_no, beyond.counted, scored.z,
    within.mdtrt_id AS prev_mdtrt_id
FROM beyond_visit AS beyond
JOIN count_group AS rule ON rule.rule_key = beyond.rule_key
JOIN visit ON visit.mdtrt_id = beyond.mdtrt_id
LEFT JOIN like_scored AS scored ON scored.group_key = rule.group_key AND scored.metric = rule.metric
    AND scored.member = beyond.psn_no AND scored.first_day = beyond.first_day AND scored.peers >= rule.min_peers
    AND rule.z_min IS NOT NULL
LEFT JOIN numbered_visit AS within ON within.group_key = beyond.group_key AND within.psn_no = beyond.psn_no
    AND within.first_day = beyond.first_day AND within.visit_no = beyond.first_beyond - 1
WHERE visit.fund_amt > 0 AND visit.month IN (SELECT month FROM task)
    AND (rule.z_min IS NULL OR scored.z >= CAST(rule.z_min AS DOUBLE) / CAST(1000000 AS DOUBLE))
"""

HIGH_USE_STATEMENTS = (
    ("visit_period", _VISIT_PERIOD),
    ("count_group", _COUNT_GROUP),
    ("looked_at", _LOOKED_AT),
    ("counted_visit", _COUNTED_VISIT),
    ("numbered_visit", _NUMBERED_VISIT),
    ("person_count", _PERSON_COUNT),
    ("beyond_visit", _BEYOND_VISIT),
    ("like_person", _LIKE_PERSON),
    *z_statements("like_scored", "like_person", ("group_key", "metric", "first_day", "insutype", "gend", "decade")),
    ("high_use", _HIGH_USE),
)
