"""S03 and S05: visits by their main diagnosis."""

from __future__ import annotations

from benchmarks.plain.shared import BEGIN, END, TESTED_VISIT, YEARS, rounded

# Visits by their main diagnosis: the lists' codes, once each.
_BY_MAIN = f"""(
        SELECT DISTINCT rule_key, {{diagnoses}}_has_tcm AS sees_tcm, unnest({{diagnoses}}_keys) AS diag_key FROM rule
    ) AS listed
    JOIN visit ON listed.diag_key = CASE WHEN listed.sees_tcm THEN visit.main_any_key ELSE visit.main_diag_key END
    JOIN rule ON rule.rule_key = listed.rule_key
    JOIN valid ON valid.rule_key = rule.rule_key AND {END} BETWEEN valid.eff_beg AND valid.eff_end"""

_S03 = f"""
WITH mild AS (
    SELECT rule.rule_key, rule.max_days, rule.max_fee, rule.exam_share, visit.mdtrt_id, visit.fund_amt
    FROM {_BY_MAIN.format(diagnoses="mild_set")}
    WHERE visit.visit_class = 'IPT' AND visit.fund_amt > 0 AND visit.dscg_way IN ('1', '3', '4', '9') AND NOT visit.has_oprn
        AND {YEARS} BETWEEN rule.age_from AND rule.age_to
        AND (rule.max_days IS NULL OR greatest({END} - {BEGIN}, 1) <= rule.max_days)
        AND (rule.max_fee IS NULL OR visit.fee_amt * 10000 <= rule.max_fee) AND {TESTED_VISIT}
),
fee AS (
    SELECT mdtrt_id, {
    rounded("coalesce(sum(net_amt) FILTER (WHERE med_chrgitm_type IN ('03', '04')), 0)", "10000", "nullif(sum(net_amt), 0)")
} AS exam_share
    FROM line WHERE mdtrt_id IN (SELECT mdtrt_id FROM mild) GROUP BY mdtrt_id
)
SELECT mild.rule_key, mild.mdtrt_id, '*' AS feedetl_sn, 0 AS cnt, mild.fund_amt AS amt
FROM mild
LEFT JOIN fee ON fee.mdtrt_id = mild.mdtrt_id
WHERE mild.exam_share IS NULL OR fee.exam_share * 100 >= mild.exam_share
"""

# An injury without the filing that it needs.
_S05 = f"""
WITH injured AS (
    SELECT rule.rule_key, rule.variant, rule.filing_days, visit.mdtrt_id, visit.psn_no, visit.month, visit.fund_amt,
        {BEGIN} AS first_date, {END} AS last_date
    FROM {_BY_MAIN.format(diagnoses="injury_set")}
    WHERE visit.fund_amt > 0 AND {TESTED_VISIT} AND CASE rule.variant WHEN 'third_party' THEN visit.ttp_pay_flag = 1
        WHEN 'text' THEN len([word FOR word IN rule.keywords IF contains(visit.main_cond_dscr, word)]) > 0 ELSE TRUE END
),
filed AS (
    SELECT injured.rule_key, injured.mdtrt_id, bool_or(coalesce(chk_pay_flag, 0) = 1) AS may_be_payable,
        bool_or(filing.begndate IS NOT NULL AND filing.filing_type IS NOT NULL AND coalesce(chk_pay_flag, 1) = 0) AS is_rejected
    FROM injured
    JOIN filing_d AS filing ON filing.psn_no = injured.psn_no AND coalesce(filing.filing_type, 'accident') = 'accident'
        AND (filing.begndate IS NULL OR filing.begndate <= injured.last_date + injured.filing_days
            AND coalesce(filing.enddate, injured.first_date) >= injured.first_date)
    GROUP BY ALL
)
SELECT injured.rule_key, injured.mdtrt_id, '*' AS feedetl_sn, 0 AS cnt, injured.fund_amt AS amt
FROM injured
JOIN task ON task.month = injured.month
LEFT JOIN filed ON filed.rule_key = injured.rule_key AND filed.mdtrt_id = injured.mdtrt_id
WHERE injured.variant = 'third_party' OR injured.first_date IS NOT NULL AND injured.psn_no IS NOT NULL AND CASE injured.variant
    WHEN 'no_filing' THEN filed.rule_key IS NULL AND injured.last_date + injured.filing_days <= task.as_of
    WHEN 'rejected_paid' THEN filed.is_rejected AND NOT filed.may_be_payable
    ELSE NOT coalesce(filed.may_be_payable, FALSE) END
"""

PROGRAMS = {"S03": _S03, "S05": _S05}
