"""Shape stay: one whole visit judged by its header, lines, diagnoses, filings and the person's other visits.

A type names visits by a list of codes (entry_kind, entry_text, entry_keys; ``condition`` then reads ``visit`` and ``rule``)
or by other stays and days (rules/shapes/split.py, absence.py). V29's line variants are in conflict.py. Only visits that
cost the fund something are judged; those that are only compared may have cost nothing.
"""

from rules.engines.portable import mul_div, plus_days
from rules.shapes.absence import ABSENCE_STATEMENTS
from rules.shapes.conflict import CONFLICT_STATEMENTS
from rules.shapes.entries import ENTRY_DEFAULTS, entry_statements
from rules.shapes.shape import Shape
from rules.shapes.split import SPLIT_STATEMENTS

# Judged visits that a rule's list names, in its scope: narrow, because a joined row carries every list that it reads. Rules come
# last, or each would be written out with its lists before the visits are looked at.
STAY_CANDIDATE = """
SELECT rule.rule_key, visit.mdtrt_id, named.codes
FROM stay_entry_visit AS named
JOIN visit ON visit.mdtrt_id = named.mdtrt_id
JOIN stay_entry_rule AS entry ON entry.entry_kind = named.entry_kind AND entry.entry_text = named.entry_text
JOIN stay_rule AS rule ON rule.rule_key = entry.rule_key
WHERE CAST(visit.end_time AS DATE) BETWEEN entry.eff_beg AND entry.eff_end
    AND {narrow}
    AND {in_scope_visit}
"""

# Those that their own header condemns and nothing exempts.
STAY_NAMED = """
SELECT candidate.rule_key, candidate.mdtrt_id, candidate.codes
FROM stay_candidate AS candidate
JOIN stay_rule AS rule ON rule.rule_key = candidate.rule_key
JOIN visit ON visit.mdtrt_id = candidate.mdtrt_id
WHERE {condition}
    AND {not_exempt_visit}
"""

# S03: the share of examinations and laboratory in each judged stay's fee, in ten-thousandths, and whether a line may be of
# an operation (asked only where no operations were delivered).
STAY_FEE = f"""
WITH charged AS (
    SELECT mdtrt_id, CAST(sum(amt) AS BIGINT) AS amt,
        CAST(sum(CASE WHEN med_chrgitm_type IN ('03', '04') THEN amt ELSE 0 END) AS BIGINT) AS exam_amt,
        bool_or(coalesce(med_chrgitm_type, '06') = '06') AS may_hold_operation
    FROM stay_day_charge
    GROUP BY mdtrt_id
)
SELECT mdtrt_id, amt, {mul_div("exam_amt", "10000", "amt")} AS exam_share, may_hold_operation FROM charged
"""

# S05: the accident filings of each named visit that cover it. One without a first day, or of an unknown type, is unknown:
# it may be payable, but proves nothing.
ACCIDENT_FILING = f"""
WITH filed AS (
    SELECT named.rule_key, named.mdtrt_id, filing.filing_id, filing.chk_pay_flag,
        filing.begndate IS NOT NULL AND filing.filing_type IS NOT NULL AS is_known
    FROM stay_named AS named
    JOIN stay_rule AS rule ON rule.rule_key = named.rule_key AND rule.rule_type_id = 'S05'
    JOIN visit ON visit.mdtrt_id = named.mdtrt_id
    JOIN filing_d AS filing ON filing.psn_no = visit.psn_no AND coalesce(filing.filing_type, 'accident') = 'accident'
        AND (filing.begndate IS NULL
            OR filing.begndate <= {plus_days("CAST(visit.end_time AS DATE)", "rule.filing_days")}
                AND coalesce(filing.enddate, CAST(visit.begn_time AS DATE)) >= CAST(visit.begn_time AS DATE))
)
SELECT rule_key, mdtrt_id, bool_or(is_known AND coalesce(chk_pay_flag, 1) = 0) AS is_rejected,
    bool_or(coalesce(chk_pay_flag, 0) = 1) AS may_be_payable,
    max(CASE WHEN is_known THEN struct(coalesce(chk_pay_flag, 1) = 0 AS is_no, filing_id, chk_pay_flag) END) AS shown
FROM filed
GROUP BY rule_key, mdtrt_id
"""

_NO_RELATED = "CAST(NULL AS ARRAY<STRUCT<mdtrt_id: STRING, setl_id: STRING, feedetl_sn: STRING>>)"
_NO_TIME = "CAST(NULL AS TIMESTAMP_NTZ)"
_NO_TEXT = "CAST(NULL AS STRING)"
_NO_DATES = "CAST(NULL AS ARRAY<STRING>)"

# Every line and visit at fault. ``codes``: what the list named; ``other_id``: the visit or filing compared with; ``measure``:
# gap (S01), exam share (S03) or the filing's flag (S05); ``likeness``: similarity of two stays.
STAY_FAULT = f"""
SELECT rule_key, mdtrt_id, feedetl_sn, {_NO_TEXT} AS codes, other_id, {_NO_TEXT} AS other_codes, at_time, until_time,
    CAST(NULL AS BIGINT) AS measure, CAST(NULL AS BIGINT) AS likeness, {_NO_DATES} AS dates, related
FROM conflict_fault
UNION ALL
SELECT named.rule_key, named.mdtrt_id, '*', named.codes, filing.shown.filing_id, {_NO_TEXT}, {_NO_TIME}, {_NO_TIME},
    CASE rule.rule_type_id WHEN 'S03' THEN fee.exam_share WHEN 'S05' THEN CAST(filing.shown.chk_pay_flag AS BIGINT) END,
    CAST(NULL AS BIGINT), {_NO_DATES}, {_NO_RELATED}
FROM stay_named AS named
JOIN stay_rule AS rule ON rule.rule_key = named.rule_key
JOIN visit ON visit.mdtrt_id = named.mdtrt_id
JOIN task ON task.month = visit.month
LEFT JOIN stay_fee AS fee ON fee.mdtrt_id = named.mdtrt_id
LEFT JOIN accident_filing AS filing ON filing.rule_key = named.rule_key AND filing.mdtrt_id = named.mdtrt_id
WHERE {{named_fault}}
UNION ALL
SELECT rule_key, mdtrt_id, '*', main_diag, prev_mdtrt_id, prev_main_diag, prev_end, {_NO_TIME}, CAST(gap AS BIGINT),
    similarity, {_NO_DATES}, array(struct(prev_mdtrt_id AS mdtrt_id, prev_setl_id AS setl_id, '*' AS feedetl_sn))
FROM split_fault
UNION ALL
SELECT rule_key, mdtrt_id, '*', {_NO_TEXT}, {_NO_TEXT}, {_NO_TEXT}, {_NO_TIME}, {_NO_TIME}, CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT), dates, {_NO_RELATED}
FROM empty_days
UNION ALL
SELECT rule_key, mdtrt_id, '*', {_NO_TEXT}, {_NO_TEXT}, {_NO_TEXT}, {_NO_TIME}, {_NO_TIME}, CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT), {_NO_DATES}, {_NO_RELATED}
FROM hollow
UNION ALL
SELECT rule_key, mdtrt_id, '*', {_NO_TEXT}, other_id, {_NO_TEXT}, {_NO_TIME}, {_NO_TIME}, CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT), {_NO_DATES}, related
FROM elsewhere
UNION ALL
SELECT rule_key, mdtrt_id, '*', {_NO_TEXT}, {_NO_TEXT}, {_NO_TEXT}, chk_time, {_NO_TIME}, CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT), {_NO_DATES}, {_NO_RELATED}
FROM empty_bed
"""

# Lines at fault with their amount, whole visits with what the fund paid for them, and what they conflict with.
HIT_STAY = """
WITH fault AS (
    SELECT fault.rule_key, fault.mdtrt_id, line.setl_id, fault.feedetl_sn, coalesce(line.month, visit.month) AS month,
        coalesce(line.net_cnt, 0) AS vola_cnt, coalesce(line.net_amt, visit.fund_amt) AS vola_amt,
        CASE WHEN fault.feedetl_sn = '*' THEN 'visit' ELSE 'line' END AS amt_kind,
        CASE WHEN fault.feedetl_sn = '*' THEN 0 ELSE 1 END AS amount_stas, fault.related, {evidence} AS evid
    FROM stay_fault AS fault
    JOIN stay_rule AS rule ON rule.rule_key = fault.rule_key
    JOIN visit ON visit.mdtrt_id = fault.mdtrt_id
    LEFT JOIN line ON line.mdtrt_id = fault.mdtrt_id AND line.feedetl_sn = fault.feedetl_sn
)
SELECT rule_key, CAST(NULL AS STRING) AS subject, mdtrt_id, setl_id, feedetl_sn, mdtrt_id AS f_mdtrt_id,
    setl_id AS f_setl_id, month, 1 AS item_type, CAST(vola_cnt AS BIGINT) AS vola_cnt, vola_amt, amt_kind, amount_stas,
    CAST(NULL AS INT) AS sev_deg, evid
FROM fault
UNION ALL
SELECT rule_key, CAST(NULL AS STRING), item.mdtrt_id, item.setl_id, item.feedetl_sn, f_mdtrt_id, f_setl_id, month, 2,
    CAST(0 AS BIGINT), CAST(0 AS BIGINT), amt_kind, amount_stas, CAST(NULL AS INT), CAST(NULL AS STRING)
FROM (
    SELECT rule_key, mdtrt_id AS f_mdtrt_id, setl_id AS f_setl_id, month, amt_kind, amount_stas, explode(related) AS item
    FROM fault
) AS part
"""

SHAPE = Shape(
    name="stay",
    statements=(
        *entry_statements("stay"),
        ("stay_candidate", STAY_CANDIDATE),
        ("stay_named", STAY_NAMED),
        *SPLIT_STATEMENTS,
        *ABSENCE_STATEMENTS,
        ("stay_fee", STAY_FEE),
        ("accident_filing", ACCIDENT_FILING),
        *CONFLICT_STATEMENTS,
        ("stay_fault", STAY_FAULT),
        ("hit_stay", HIT_STAY),
    ),
    defaults={**ENTRY_DEFAULTS, "narrow": "TRUE", "condition": "FALSE", "pair_condition": "FALSE", "named_fault": "TRUE"},
)
