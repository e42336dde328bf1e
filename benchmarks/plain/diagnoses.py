"""V01, V19, V24 and S07: lines against the diagnoses of their visit."""

from __future__ import annotations

from benchmarks.plain.shared import BY_CODE, TESTED, known, named

# Another line of the visit or a filing of the person saves a line.
_V01 = f"""
WITH outside AS (
    SELECT rule.rule_key, rule.accept_filing, line.mdtrt_id, line.feedetl_sn, line.psn_no, line.fee_date,
        line.net_cnt AS cnt, line.net_amt AS amt
    FROM {BY_CODE} AND target.side = 'med_list_codg'
    WHERE line.net_inscp > 0 AND NOT line.is_limit_spared AND {known("diag_set")} AND NOT {named("diag_set")} AND {TESTED}
)
SELECT rule_key, mdtrt_id, feedetl_sn, cnt, amt
FROM outside
WHERE NOT EXISTS (FROM line AS other JOIN target ON target.code_key = other.code_key AND target.side = 'alt_item_codes'
        WHERE other.mdtrt_id = outside.mdtrt_id AND target.rule_key = outside.rule_key)
    AND NOT EXISTS (FROM filing_d AS filing WHERE filing.psn_no = outside.psn_no
        AND list_contains(outside.accept_filing, filing.filing_type)
        AND (filing.begndate IS NULL OR outside.fee_date BETWEEN filing.begndate AND coalesce(filing.enddate, outside.fee_date)))
"""

# An earlier visit with a labelled diagnosis saves a line.
_V19 = f"""
WITH outside AS (
    SELECT rule.rule_key, rule.history_days, rule.label_set_keys, line.mdtrt_id, line.feedetl_sn, line.psn_no, line.fee_date,
        line.net_cnt AS cnt, line.net_amt AS amt
    FROM {BY_CODE}
    WHERE line.net_inscp > 0 AND line.list_type IN ('101', '102') AND {known("label_set")} AND NOT {named("label_set")}
        AND {known("uncertain_set")} AND NOT {named("uncertain_set")} AND {TESTED}
)
SELECT rule_key, mdtrt_id, feedetl_sn, cnt, amt
FROM outside
WHERE NOT EXISTS (FROM visit WHERE visit.psn_no = outside.psn_no
    AND CAST(visit.begn_time AS DATE) BETWEEN outside.fee_date - outside.history_days AND outside.fee_date
    AND list_bool_or([list_contains(outside.label_set_keys, entry) FOR entry IN visit.diag_keys]))
"""

_AGE = "CASE rule.age_unit WHEN 'year' THEN line.age_year WHEN 'month' THEN line.age_month WHEN 'day' THEN line.age_day END"
_V24 = f"""
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.net_cnt AS cnt, line.net_amt AS amt
FROM {BY_CODE}
WHERE line.net_inscp > 0 AND {TESTED} AND CASE rule.variant
        WHEN 'diag' THEN {named("contra_set")}
        WHEN 'age' THEN {_AGE} BETWEEN coalesce(rule.age_min, 0) AND coalesce(rule.age_max, 1000000)
        ELSE line.gend = '2' AND list_contains(rule.matn_stas, line.matn_stas) END
"""

# Without a reason; too many kinds on a day; antibiotics too long after a clean operation.
_S07 = f"""
WITH operated AS (
    SELECT oprn.mdtrt_id, list(DISTINCT code_dict.code_key) AS keys,
        max(coalesce(oprn_oprt_endtime, oprn_oprt_begntime)) AS last_end
    FROM oprn_d AS oprn LEFT JOIN code_dict ON code_dict.kind = 'oprn' AND code_dict.code = upper(trim(oprn.oprn_oprt_code))
    GROUP BY oprn.mdtrt_id
    HAVING bool_and(code_dict.code_key IS NOT NULL AND coalesce(oprn_oprt_endtime, oprn_oprt_begntime) IS NOT NULL)
),
kind AS (
    SELECT rule.rule_key, rule.max_kinds, line.mdtrt_id, line.fee_date, line.code_key,
        min((line.fee_time, line.feedetl_sn)) AS first, list((line.feedetl_sn, line.net_cnt, line.net_amt)) AS lines
    FROM {BY_CODE}
    WHERE rule.variant = 'multi' AND line.net_inscp > 0 AND {TESTED}
    GROUP BY ALL
),
excess AS (
    SELECT rule_key, mdtrt_id, unnest(lines) AS one
    FROM kind
    QUALIFY row_number() OVER (PARTITION BY rule_key, mdtrt_id, fee_date ORDER BY first) > max_kinds
)
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.net_cnt AS cnt, line.net_amt AS amt
FROM {BY_CODE}
LEFT JOIN operated ON operated.mdtrt_id = line.mdtrt_id
WHERE rule.variant <> 'multi' AND line.net_inscp > 0 AND {known("indication_set")}
    AND NOT coalesce({named("indication_set")}, FALSE)
    AND (rule.variant = 'no_indication' AND rule.indication_set_keys IS NOT NULL
        OR rule.variant = 'prophylaxis' AND line.fee_date > CAST(operated.last_end AS DATE) + rule.max_days
            AND list_has_all(rule.oprn_set_keys, operated.keys))
    AND {TESTED}
UNION ALL
SELECT rule_key, mdtrt_id, one[1], one[2], one[3] FROM excess
"""

PROGRAMS = {"V01": _V01, "V19": _V19, "V24": _V24, "S07": _S07}
