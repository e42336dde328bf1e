"""S10: an institution's stays of a diagnosis group and period against those of its peers (part of shape profile).

The type's ``x`` reads ``rule`` and ``own`` (an institution's sums: cases, fee_amt, drug_amt, exam_amt, treat_amt, material_amt,
item_amt, nights, returns), its ``stands_out`` reads ``rule`` and ``scored`` (x, z and its peers').
"""

from rules.engines.portable import text_literal
from rules.shapes.peers import z_statements

# Charge types (med_chrgitm_type) whose share is compared.
_KINDS = {
    "drug_amt": ("09", "10", "11"),
    "exam_amt": ("03", "04"),
    "treat_amt": ("05", "06"),
    "material_amt": ("08",),
}
_KIND_SUMS = ",\n        ".join(
    f"CAST(sum(CASE WHEN line.med_chrgitm_type IN ({', '.join(text_literal(code) for code in codes)})"
    f" THEN line.net_amt ELSE 0 END) AS BIGINT) AS {name}"
    for name, codes in _KINDS.items()
)

# One row for each rule and judged month that ends the rule's period; a rule is one of the period's last day.
_PROFILE_PERIOD = """
SELECT rule.rule_key, task.month, task.month_end, task.as_of,
    CASE rule.period
        WHEN 'month' THEN task.month
        WHEN 'quarter' THEN concat(substr(task.month, 1, 5), lpad(CAST(month(task.month_end) - 2 AS STRING), 2, '0'))
        WHEN 'year' THEN concat(substr(task.month, 1, 5), '01')
    END AS first_month,
    CASE rule.period
        WHEN 'month' THEN task.month
        WHEN 'quarter' THEN concat(substr(task.month, 1, 5), 'Q', CAST(month(task.month_end) DIV 3 AS STRING))
        WHEN 'year' THEN substr(task.month, 1, 4)
    END AS period_value
FROM profile_rule AS rule
JOIN profile_valid AS valid ON valid.rule_key = rule.rule_key
JOIN task ON task.month_end BETWEEN valid.eff_beg AND valid.eff_end
WHERE rule.rule_type_id = 'S10'
    AND CASE rule.period
        WHEN 'month' THEN TRUE
        WHEN 'quarter' THEN month(task.month_end) IN (3, 6, 9, 12)
        WHEN 'year' THEN month(task.month_end) = 12
    END
"""

# One row for each stay that ended in any of these periods, with its sums; a stay without lines has none and counts.
_PERIOD_STAY = f"""
WITH span AS (
    SELECT min(first_month) AS first_month, max(month) AS last_month FROM profile_period
),
stay AS (
    SELECT visit.mdtrt_id, visit.fixmedins_code, visit.psn_no, visit.begn_time, visit.end_time,
        date_format(visit.end_time, 'yyyy-MM') AS end_month, visit.has_oprn, visit.fee_amt
    FROM visit
    JOIN span ON date_format(visit.end_time, 'yyyy-MM') BETWEEN span.first_month AND span.last_month
    WHERE visit.visit_class = 'IPT' AND visit.fixmedins_code IS NOT NULL
),
billed AS (
    SELECT line.mdtrt_id,
        {_KIND_SUMS}
    FROM stay
    JOIN line ON line.mdtrt_id = stay.mdtrt_id
    GROUP BY line.mdtrt_id
),
returned AS (
    SELECT DISTINCT stay.mdtrt_id
    FROM stay
    JOIN visit AS later ON later.psn_no = stay.psn_no AND later.visit_class = 'IPT' AND later.mdtrt_id <> stay.mdtrt_id
        AND later.begn_time >= stay.end_time
        AND datediff(CAST(later.begn_time AS DATE), CAST(stay.end_time AS DATE)) <= 31
)
SELECT stay.mdtrt_id, stay.fixmedins_code, stay.end_month, CAST(stay.end_time AS DATE) AS end_date, stay.has_oprn,
    greatest(datediff(CAST(stay.end_time AS DATE), CAST(stay.begn_time AS DATE)), 1) AS nights,
    stay.begn_time IS NOT NULL AS has_begin, coalesce(stay.fee_amt, 0) AS fee_amt,
    {", ".join(f"coalesce(billed.{name}, 0) AS {name}" for name in _KINDS)},
    CASE WHEN returned.mdtrt_id IS NOT NULL THEN 1 ELSE 0 END AS returns
FROM stay
LEFT JOIN billed ON billed.mdtrt_id = stay.mdtrt_id
LEFT JOIN returned ON returned.mdtrt_id = stay.mdtrt_id
"""

# The months of each period in which a stay ended: stays are found by equal months, not by a range.
_PERIOD_MONTH = """
SELECT period.rule_key, period.month, period.as_of, stay.end_month
FROM profile_period AS period
JOIN (SELECT DISTINCT end_month FROM period_stay) AS stay ON stay.end_month BETWEEN period.first_month AND period.month
"""

# Each rule's stays, whatever the period: by its main diagnoses (with or without the 中医 ones), or all where it names none.
# Nights are asked only of stays that began at a known time.
_NAMED_STAY = """
WITH main_diagnosis AS (
    SELECT stay.mdtrt_id, visit.main_diag_key AS diag_key, FALSE AS sees_tcm
    FROM period_stay AS stay
    JOIN visit ON visit.mdtrt_id = stay.mdtrt_id
    UNION ALL
    SELECT stay.mdtrt_id, visit.main_any_key, TRUE
    FROM period_stay AS stay
    JOIN visit ON visit.mdtrt_id = stay.mdtrt_id
),
listed_diagnosis AS (
    SELECT DISTINCT rule_key, sees_tcm, diag_key
    FROM (
        SELECT rule_key, diag_set_has_tcm AS sees_tcm, explode(diag_set_keys) AS diag_key
        FROM profile_rule
        WHERE rule_type_id = 'S10'
    ) AS part
),
named AS (
    SELECT listed.rule_key, main_diagnosis.mdtrt_id
    FROM listed_diagnosis AS listed
    JOIN main_diagnosis ON main_diagnosis.diag_key = listed.diag_key AND main_diagnosis.sees_tcm = listed.sees_tcm
    UNION ALL
    SELECT rule.rule_key, stay.mdtrt_id
    FROM profile_rule AS rule
    CROSS JOIN period_stay AS stay
    WHERE rule.rule_type_id = 'S10' AND rule.diag_set_keys IS NULL
)
SELECT rule.rule_key, rule.metric, stay.mdtrt_id, stay.end_month, stay.end_date
FROM named
JOIN period_stay AS stay ON stay.mdtrt_id = named.mdtrt_id
JOIN visit ON visit.mdtrt_id = named.mdtrt_id
JOIN profile_rule AS rule ON rule.rule_key = named.rule_key
WHERE (rule.oprn_flag IS NULL OR stay.has_oprn = (rule.oprn_flag = '1'))
    AND (rule.metric <> 'avg_days' OR stay.has_begin)
    AND {in_scope_visit}
    AND {not_exempt_visit}
"""

# Those stays in the periods that they belong to. Readmission is asked only of stays whose 31 days are over.
_PERIOD_CASE = """
SELECT stay.rule_key, period.month, stay.mdtrt_id
FROM named_stay AS stay
JOIN period_month AS period ON period.rule_key = stay.rule_key AND period.end_month = stay.end_month
WHERE stay.metric <> 'readmit_rate' OR datediff(period.as_of, stay.end_date) >= 31
"""

# What the items of an item_share rule cost in each of its stays that was billed any.
_PERIOD_ITEM = """
SELECT period_case.rule_key, period_case.month, period_case.mdtrt_id, CAST(sum(line.net_amt) AS BIGINT) AS item_amt
FROM period_case
JOIN profile_rule AS rule ON rule.rule_key = period_case.rule_key AND rule.metric = 'item_share'
JOIN profile_period AS period ON period.rule_key = period_case.rule_key AND period.month = period_case.month
JOIN line ON line.mdtrt_id = period_case.mdtrt_id
JOIN profile_target AS target ON target.rule_key = period_case.rule_key AND target.side = 'item_codes'
    AND target.code_key = line.code_key AND period.month_end BETWEEN target.eff_beg AND target.eff_end
GROUP BY period_case.rule_key, period_case.month, period_case.mdtrt_id
"""

# The rank of each institution in each period: its own record, else its last settlement of the period (clarification 23).
_PERIOD_RANK = """
WITH span AS (
    SELECT DISTINCT first_month, month FROM profile_period
),
settled AS (
    SELECT settlement.fixmedins_code, span.first_month, span.month,
        max_by(struct(settlement.hosp_rank), struct(settlement.setl_time, settlement.setl_id)).hosp_rank AS hosp_rank
    FROM settlement
    JOIN span ON settlement.month BETWEEN span.first_month AND span.month
    GROUP BY settlement.fixmedins_code, span.first_month, span.month
),
place AS (
    SELECT DISTINCT stay.fixmedins_code, span.first_month, span.month FROM period_stay AS stay CROSS JOIN span
)
SELECT place.fixmedins_code, place.first_month, place.month,
    CASE WHEN institution.hosp_lv IS NOT NULL THEN institution.hosp_rank ELSE settled.hosp_rank END AS hosp_rank
FROM place
LEFT JOIN institution ON institution.fixmedins_code = place.fixmedins_code
LEFT JOIN settled ON settled.fixmedins_code = place.fixmedins_code AND settled.first_month = place.first_month
    AND settled.month = place.month
"""

# The value of each institution with enough stays, a known rank and something to divide by.
_PERIOD_VALUE = f"""
WITH own AS (
    SELECT period_case.rule_key, period_case.month, stay.fixmedins_code, count(*) AS cases,
        {", ".join(f"CAST(sum(stay.{name}) AS BIGINT) AS {name}" for name in ("fee_amt", *_KINDS, "nights", "returns"))},
        CAST(coalesce(sum(item.item_amt), 0) AS BIGINT) AS item_amt
    FROM period_case
    JOIN period_stay AS stay ON stay.mdtrt_id = period_case.mdtrt_id
    LEFT JOIN period_item AS item ON item.rule_key = period_case.rule_key AND item.month = period_case.month
        AND item.mdtrt_id = period_case.mdtrt_id
    GROUP BY period_case.rule_key, period_case.month, stay.fixmedins_code
),
valued AS (
    SELECT rule.rule_key, own.month, own.fixmedins_code, own.cases, {{x}} AS x
    FROM own
    JOIN profile_rule AS rule ON rule.rule_key = own.rule_key AND own.cases >= rule.min_cases
)
SELECT valued.rule_key, valued.month, period_rank.hosp_rank, valued.fixmedins_code AS member, valued.cases, valued.x
FROM valued
JOIN profile_period AS period ON period.rule_key = valued.rule_key AND period.month = valued.month
JOIN period_rank ON period_rank.fixmedins_code = valued.fixmedins_code AND period_rank.first_month = period.first_month
    AND period_rank.month = period.month
WHERE period_rank.hosp_rank IS NOT NULL AND valued.x IS NOT NULL
"""

# One row for each institution that stands out among its peers.
_DEVIATION = """
SELECT rule.rule_key, scored.month, concat(scored.member, '|', rule.rule_id, '|', period.period_value) AS subject,
    period.period_value, scored.x, scored.peer_median, scored.peer_mad, scored.z, scored.peers, own.cases
FROM period_scored AS scored
JOIN profile_rule AS rule ON rule.rule_key = scored.rule_key
JOIN profile_period AS period ON period.rule_key = scored.rule_key AND period.month = scored.month
JOIN period_value AS own ON own.rule_key = scored.rule_key AND own.month = scored.month AND own.member = scored.member
WHERE scored.peers >= rule.min_peers AND {stands_out}
"""

DEVIATION_STATEMENTS = (
    ("profile_period", _PROFILE_PERIOD),
    ("period_stay", _PERIOD_STAY),
    ("period_month", _PERIOD_MONTH),
    ("named_stay", _NAMED_STAY),
    ("period_case", _PERIOD_CASE),
    ("period_item", _PERIOD_ITEM),
    ("period_rank", _PERIOD_RANK),
    ("period_value", _PERIOD_VALUE),
    *z_statements("period_scored", "period_value", ("rule_key", "month", "hosp_rank")),
    ("deviation", _DEVIATION),
)
