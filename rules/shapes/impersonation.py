"""S04: visits that one person could not have made, or that many made as one (part of shape person).

Everything joins on the person, the visit, or the institution, day and amount of a settlement.
"""

# Judged visits that each rule row looks at.
_SUSPECT_NAMED = """
SELECT rule.rule_key, rule.variant, rule.min_hours, rule.cluster_persons, visit.mdtrt_id, visit.psn_no,
    visit.fixmedins_code, visit.visit_class, visit.begn_time, visit.end_time, visit.setl_time
FROM visit
JOIN person_rule AS rule ON rule.rule_type_id = 'S04' AND {condition}
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

# The visit settled just before, where both are neither stays nor at a pharmacy, in another city, too few hours earlier.
_DISTANT = """
WITH outpatient AS (
    SELECT visit.mdtrt_id, visit.setl_id, visit.setl_time, visit.pay_loc, substr(place.admdvs, 1, 4) AS city,
        lag(visit.mdtrt_id) OVER person AS prev_mdtrt_id
    FROM visit
    JOIN (SELECT DISTINCT psn_no FROM suspect_named WHERE variant = 'distant') AS named ON named.psn_no = visit.psn_no
    LEFT JOIN institution AS place ON place.fixmedins_code = visit.fixmedins_code
    WHERE visit.visit_class NOT IN ('IPT', 'PHARM') AND visit.setl_time IS NOT NULL
    WINDOW person AS (PARTITION BY visit.psn_no ORDER BY visit.setl_time, visit.mdtrt_id)
)
SELECT named.rule_key, named.mdtrt_id, previous.mdtrt_id AS other_mdtrt_id, previous.setl_id AS other_setl_id,
    timestampdiff(SECOND, previous.setl_time, own.setl_time) AS seconds
FROM suspect_named AS named
JOIN outpatient AS own ON own.mdtrt_id = named.mdtrt_id
JOIN outpatient AS previous ON previous.mdtrt_id = own.prev_mdtrt_id
WHERE named.variant = 'distant' AND previous.city <> own.city
    AND own.pay_loc IN ('1', '2', '3', '4') AND previous.pay_loc IN ('1', '2', '3', '4')
    AND timestampdiff(SECOND, previous.setl_time, own.setl_time) * 1000000 < named.min_hours * 3600
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

# Settlements of one institution, day and amount as a judged visit's: only such can share a bucket with it.
_CLUSTER_SETTLEMENT = """
WITH judged AS (
    SELECT DISTINCT settlement.fixmedins_code, CAST(settlement.setl_time AS DATE) AS setl_date, settlement.fund_amt
    FROM settlement
    JOIN (SELECT DISTINCT mdtrt_id FROM suspect_named WHERE variant = 'card_cluster') AS named
        ON named.mdtrt_id = settlement.mdtrt_id
)
SELECT settlement.mdtrt_id, settlement.fixmedins_code, judged.setl_date, settlement.fund_amt,
    CAST(date_format(settlement.setl_time, 'HH') AS INT) * 60 + CAST(date_format(settlement.setl_time, 'mm') AS INT)
        AS minute_no
FROM settlement
JOIN judged ON judged.fixmedins_code = settlement.fixmedins_code AND judged.fund_amt = settlement.fund_amt
    AND judged.setl_date = CAST(settlement.setl_time AS DATE)
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
    SELECT cluster.rule_key, part.mdtrt_id, cluster.members, cluster.persons
    FROM card_cluster AS cluster
    LATERAL VIEW explode(cluster.members) part AS mdtrt_id
),
in_cluster AS (
    SELECT clustered.rule_key, clustered.mdtrt_id, clustered.persons, part.other_mdtrt_id
    FROM clustered
    LATERAL VIEW explode(clustered.members) part AS other_mdtrt_id
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
    ("suspect_named", _SUSPECT_NAMED),
    ("overlapping", _OVERLAPPING),
    ("distant", _DISTANT),
    ("after_removal", _AFTER_REMOVAL),
    ("cluster_settlement", _CLUSTER_SETTLEMENT),
    ("card_cluster", _CARD_CLUSTER),
    ("impersonation", _IMPERSONATION),
)
