"""S04: visits that one person could not have made, or that many made as one (part of shape person).

Everything joins on the person, the visit, or the institution, day and amount of a settlement.
"""

# Each outpatient visit in another city than the one settled just before, neither at a pharmacy, with the seconds between.
_DISTANT_PAIR = """
WITH outpatient AS (
    SELECT visit.mdtrt_id, visit.setl_time, visit.pay_loc, substr(place.admdvs, 1, 4) AS city,
        lag(visit.mdtrt_id) OVER person AS prev_mdtrt_id, lag(visit.setl_id) OVER person AS prev_setl_id,
        lag(visit.setl_time) OVER person AS prev_time, lag(visit.pay_loc) OVER person AS prev_pay_loc,
        lag(substr(place.admdvs, 1, 4)) OVER person AS prev_city
    FROM visit
    LEFT JOIN institution AS place ON place.fixmedins_code = visit.fixmedins_code
    WHERE visit.visit_class NOT IN ('IPT', 'PHARM') AND visit.setl_time IS NOT NULL AND visit.psn_no IS NOT NULL
    WINDOW person AS (PARTITION BY visit.psn_no ORDER BY visit.setl_time, visit.mdtrt_id)
)
SELECT mdtrt_id, prev_mdtrt_id AS other_mdtrt_id, prev_setl_id AS other_setl_id,
    timestampdiff(SECOND, prev_time, setl_time) AS seconds
FROM outpatient
WHERE prev_city <> city AND pay_loc IN ('1', '2', '3', '4') AND prev_pay_loc IN ('1', '2', '3', '4')
"""

# Settlements of one institution, day and amount, where they are of enough persons for a rule's bucket, whatever its minutes.
_CLUSTER_SETTLEMENT = """
WITH alike AS (
    SELECT settlement.fixmedins_code, CAST(settlement.setl_time AS DATE) AS setl_date, settlement.fund_amt
    FROM settlement
    JOIN visit ON visit.mdtrt_id = settlement.mdtrt_id
    GROUP BY settlement.fixmedins_code, CAST(settlement.setl_time AS DATE), settlement.fund_amt
    HAVING count(DISTINCT visit.psn_no) >= (SELECT min(cluster_persons) FROM person_rule WHERE variant = 'card_cluster')
)
SELECT settlement.mdtrt_id, settlement.fixmedins_code, alike.setl_date, settlement.fund_amt,
    CAST(date_format(settlement.setl_time, 'HH') AS INT) * 60 + CAST(date_format(settlement.setl_time, 'mm') AS INT)
        AS minute_no
FROM settlement
JOIN alike ON alike.fixmedins_code = settlement.fixmedins_code AND alike.fund_amt = settlement.fund_amt
    AND alike.setl_date = CAST(settlement.setl_time AS DATE)
"""

# Visits that the bills alone make suspect, by the variant that looks at them: whatever a rule says, no other visit is at fault.
_SUSPECT_VISIT = """
SELECT 'overlap_stay' AS variant, stay.mdtrt_id
FROM visit AS stay
JOIN visit AS earlier ON earlier.psn_no = stay.psn_no AND earlier.visit_class = 'IPT'
    AND earlier.fixmedins_code <> stay.fixmedins_code AND earlier.end_time > stay.begn_time
    AND earlier.begn_time <= stay.begn_time
WHERE stay.visit_class = 'IPT'
UNION
SELECT 'distant', mdtrt_id FROM distant_pair
UNION
SELECT 'organ', visit.mdtrt_id
FROM visit
JOIN (SELECT psn_no, min(end_time) AS first_end FROM visit WHERE has_oprn GROUP BY psn_no) AS operated
    ON operated.psn_no = visit.psn_no AND operated.first_end < visit.begn_time
UNION
SELECT 'id_mismatch', mdtrt_id FROM onsite_d WHERE id_match_flag = 0
UNION
SELECT 'card_cluster', mdtrt_id FROM cluster_settlement
"""

# Judged visits that each rule row looks at.
_SUSPECT_NAMED = """
SELECT rule.rule_key, rule.variant, rule.min_hours, visit.mdtrt_id, visit.psn_no, visit.fixmedins_code, visit.begn_time,
    visit.end_time
FROM suspect_visit AS suspect
JOIN visit ON visit.mdtrt_id = suspect.mdtrt_id
JOIN person_rule AS rule ON rule.rule_type_id = 'S04' AND rule.variant = suspect.variant AND {condition}
JOIN person_valid AS valid ON valid.rule_key = rule.rule_key
    AND CAST(visit.end_time AS DATE) BETWEEN valid.eff_beg AND valid.eff_end
WHERE visit.month IN (SELECT month FROM task) AND visit.fund_amt > 0
    AND {in_scope_visit}
    AND {not_exempt_visit}
"""

# Stays that began earlier at another institution (equal begin: the smaller mdtrt_id) and share too many hours.
_OVERLAPPING = """
SELECT named.rule_key, named.mdtrt_id, earlier.mdtrt_id AS other_mdtrt_id, earlier.setl_id AS other_setl_id,
    timestampdiff(SECOND, named.begn_time, least(earlier.end_time, named.end_time)) AS seconds
FROM suspect_named AS named
JOIN visit AS earlier ON earlier.psn_no = named.psn_no AND earlier.visit_class = 'IPT'
    AND earlier.fixmedins_code <> named.fixmedins_code AND earlier.end_time > named.begn_time
    AND (earlier.begn_time < named.begn_time
        OR earlier.begn_time = named.begn_time AND earlier.mdtrt_id < named.mdtrt_id)
WHERE named.variant = 'overlap_stay'
    AND timestampdiff(SECOND, named.begn_time, least(earlier.end_time, named.end_time)) * 1000000 > named.min_hours * 3600
"""

# Visits too few hours after the one in another city.
_DISTANT = """
SELECT named.rule_key, named.mdtrt_id, pair.other_mdtrt_id, pair.other_setl_id, pair.seconds
FROM suspect_named AS named
JOIN distant_pair AS pair ON pair.mdtrt_id = named.mdtrt_id
WHERE named.variant = 'distant' AND pair.seconds * 1000000 < named.min_hours * 3600
"""

# Earlier visits of the person in which the organ was removed.
_AFTER_REMOVAL = """
SELECT named.rule_key, named.mdtrt_id, removed.mdtrt_id AS other_mdtrt_id, removed.setl_id AS other_setl_id,
    CAST(NULL AS BIGINT) AS seconds
FROM suspect_named AS named
JOIN person_rule AS rule ON rule.rule_key = named.rule_key AND rule.variant = 'organ'
JOIN visit AS removed ON removed.psn_no = named.psn_no AND removed.end_time < named.begn_time AND removed.has_oprn
WHERE arrays_overlap(removed.oprn_keys, rule.removed_oprn_keys)
"""

# Buckets with enough persons, counting the visits that the rule counts, whatever they cost the fund.
_CARD_CLUSTER = """
WITH member AS (
    SELECT rule.rule_key, held.fixmedins_code, held.setl_date, held.fund_amt,
        held.minute_no DIV rule.cluster_minutes AS bucket, visit.mdtrt_id, visit.psn_no
    FROM cluster_settlement AS held
    JOIN visit ON visit.mdtrt_id = held.mdtrt_id
    JOIN person_rule AS rule ON rule.rule_type_id = 'S04' AND rule.variant = 'card_cluster'
    JOIN person_valid AS valid ON valid.rule_key = rule.rule_key
        AND CAST(visit.end_time AS DATE) BETWEEN valid.eff_beg AND valid.eff_end
    WHERE {in_scope_visit}
        AND {not_exempt_visit}
)
SELECT member.rule_key, sort_array(collect_set(member.mdtrt_id)) AS members,
    CAST(count(DISTINCT member.psn_no) AS INT) AS persons
FROM member
JOIN person_rule AS rule ON rule.rule_key = member.rule_key
GROUP BY member.rule_key, member.fixmedins_code, member.setl_date, member.fund_amt, member.bucket
HAVING count(DISTINCT member.psn_no) >= min(rule.cluster_persons)
"""

# One row for each visit at fault and visit that it conflicts with (none: id_mismatch, a cluster of one).
_IMPERSONATION = """
WITH clustered AS (
    SELECT rule_key, explode(members) AS mdtrt_id, members, persons FROM card_cluster
),
in_cluster AS (
    SELECT rule_key, mdtrt_id, persons, explode(members) AS other_mdtrt_id FROM clustered
)
SELECT rule_key, mdtrt_id, other_mdtrt_id, other_setl_id, seconds, CAST(NULL AS INT) AS persons,
    CAST(NULL AS TIMESTAMP_NTZ) AS chk_time
FROM overlapping
UNION ALL
SELECT rule_key, mdtrt_id, other_mdtrt_id, other_setl_id, seconds, CAST(NULL AS INT), CAST(NULL AS TIMESTAMP_NTZ)
FROM distant
UNION ALL
SELECT rule_key, mdtrt_id, other_mdtrt_id, other_setl_id, seconds, CAST(NULL AS INT), CAST(NULL AS TIMESTAMP_NTZ)
FROM after_removal
UNION ALL
SELECT named.rule_key, named.mdtrt_id, CAST(NULL AS STRING), CAST(NULL AS STRING), CAST(NULL AS BIGINT),
    CAST(NULL AS INT), onsite.chk_time
FROM suspect_named AS named
JOIN onsite_d AS onsite ON onsite.mdtrt_id = named.mdtrt_id AND onsite.id_match_flag = 0
WHERE named.variant = 'id_mismatch'
UNION ALL
SELECT named.rule_key, named.mdtrt_id, other.mdtrt_id, other.setl_id, CAST(NULL AS BIGINT), held.persons,
    CAST(NULL AS TIMESTAMP_NTZ)
FROM in_cluster AS held
JOIN suspect_named AS named ON named.rule_key = held.rule_key AND named.mdtrt_id = held.mdtrt_id
LEFT JOIN visit AS other ON other.mdtrt_id = held.other_mdtrt_id AND held.other_mdtrt_id <> held.mdtrt_id
"""

IMPERSONATION_STATEMENTS = (
    ("distant_pair", _DISTANT_PAIR),
    ("cluster_settlement", _CLUSTER_SETTLEMENT),
    ("suspect_visit", _SUSPECT_VISIT),
    ("suspect_named", _SUSPECT_NAMED),
    ("overlapping", _OVERLAPPING),
    ("distant", _DISTANT),
    ("after_removal", _AFTER_REMOVAL),
    ("card_cluster", _CARD_CLUSTER),
    ("impersonation", _IMPERSONATION),
)
