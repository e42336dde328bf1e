"""Shape line: a rule row joins a line by its code (or by what the line is); each line is decided by itself.

A type fills ``condition`` (over ``line``, ``rule`` and ``doctor``) and, where it is not the whole line, ``fault_amt``.
"""

from rules.shapes.shape import Shape

# Lines that a rule row names by code on a day when it was in force: many rules for one code.
NAMED_BY_CODE = """
SELECT target.rule_key, line.mdtrt_id, line.feedetl_sn
FROM line
JOIN line_target AS target ON target.code_key = line.code_key AND target.side = 'med_list_codg'
JOIN line_rule AS rule ON rule.rule_key = target.rule_key
LEFT JOIN prac_psn_d AS doctor ON doctor.prac_psn_code = line.bilg_dr_codg
WHERE line.month IN (SELECT month FROM task)
    AND {by_code}
    AND line.fee_date BETWEEN target.eff_beg AND target.eff_end
    AND line.net_inscp > 0
    AND NOT (line.is_limit_spared AND rule.rule_type_id IN ({limit_types}))
    AND {condition}
    AND {in_scope_line}
    AND {not_exempt_line}
"""

# Rule rows without a code, with their days: few, picked before any line is looked at.
KIND_RULE = """
SELECT rule.*, valid.eff_beg, valid.eff_end
FROM line_rule AS rule
JOIN line_valid AS valid ON valid.rule_key = rule.rule_key
WHERE {has_no_code}
"""

# The main diagnoses that such rows name, each by itself: a list with 中医 entries looks at the main diagnosis of either kind.
KIND_MAIN = """
SELECT DISTINCT rule_key, has_tcm, code_key
FROM (
    SELECT rule.rule_key, coalesce(rule.diag_set_has_tcm, FALSE) AS has_tcm, explode(rule.diag_set_keys) AS code_key
    FROM kind_rule AS rule
    WHERE {by_main}
) AS part
"""

_OF_KIND = """
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn
FROM line
{joined}
LEFT JOIN prac_psn_d AS doctor ON doctor.prac_psn_code = line.bilg_dr_codg
WHERE line.month IN (SELECT month FROM task)
    AND line.net_inscp > 0
    AND {{condition}}
    AND {{in_scope_line}}
    AND {{not_exempt_line}}
"""
_BY_MAIN = """JOIN kind_main AS main ON main.code_key = line.{key} AND {has_tcm}
JOIN kind_rule AS rule ON rule.rule_key = main.rule_key AND line.fee_date BETWEEN rule.eff_beg AND rule.eff_end"""

# Lines that those rows name by what they are, where each row looks at every line, or by the main diagnosis of their visit.
NAMED_BY_KIND = "UNION ALL".join(
    _OF_KIND.format(joined=joined)
    for joined in (
        """JOIN kind_rule AS rule ON line.fee_date BETWEEN rule.eff_beg AND rule.eff_end
    AND NOT {by_main} AND {by_kind}""",
        _BY_MAIN.format(key="main_diag_key", has_tcm="NOT main.has_tcm"),
        _BY_MAIN.format(key="main_any_key", has_tcm="main.has_tcm"),
    )
)

# V11: the diseases of a line's settlement, each with its list row and whether an allow row has the line's code. The line is
# judged only where every disease has a list row and an allow row in scope and in force that day.
OPSP_DISEASE = """
WITH disease AS (
    SELECT mdtrt_id, feedetl_sn, trim(told) AS dise_codg
    FROM (
        SELECT line.mdtrt_id, line.feedetl_sn, explode(split(replace(line.dise_codg, ',', ';'), ';')) AS told
        FROM line
        JOIN (SELECT DISTINCT rule_type_id FROM line_rule WHERE rule_type_id = 'V11') AS asked ON line.visit_class = 'OPSP'
        WHERE line.month IN (SELECT month FROM task)
            AND line.net_inscp > 0 AND line.dise_codg IS NOT NULL AND line.code_key IS NOT NULL
    ) AS part
),
ruled AS (
    SELECT DISTINCT disease.mdtrt_id, disease.feedetl_sn, disease.dise_codg, rule.rule_key, rule.variant, rule.need_filing,
        rule.variant = 'allow' AND target.code_key = line.code_key AS has_code,
        {not_exempt_line} AS is_judged
    FROM disease
    JOIN line ON line.mdtrt_id = disease.mdtrt_id AND line.feedetl_sn = disease.feedetl_sn
    JOIN line_rule AS rule ON rule.rule_type_id = 'V11' AND rule.opsp_dise_code = disease.dise_codg
    JOIN line_valid AS valid ON valid.rule_key = rule.rule_key AND line.fee_date BETWEEN valid.eff_beg AND valid.eff_end
    LEFT JOIN line_target AS target ON target.rule_key = rule.rule_key AND target.code_key = line.code_key
        AND line.fee_date BETWEEN target.eff_beg AND target.eff_end
    WHERE {in_scope_line}
)
SELECT disease.mdtrt_id, disease.feedetl_sn, disease.dise_codg,
    max(CASE WHEN ruled.variant = 'list' AND ruled.is_judged THEN ruled.rule_key END) AS rule_key,
    coalesce(max(CASE WHEN ruled.variant = 'list' THEN ruled.need_filing END), 0) AS need_filing,
    coalesce(bool_or(ruled.variant = 'list'), FALSE) AND coalesce(bool_or(ruled.variant = 'allow'), FALSE) AS is_ruled,
    coalesce(bool_or(ruled.has_code), FALSE) AS has_code
FROM disease
LEFT JOIN ruled ON ruled.mdtrt_id = disease.mdtrt_id AND ruled.feedetl_sn = disease.feedetl_sn
    AND ruled.dise_codg = disease.dise_codg
WHERE disease.dise_codg <> ''
GROUP BY disease.mdtrt_id, disease.feedetl_sn, disease.dise_codg
"""

# V11: one row for each line outside its diseases' lists, or without a filing that each of them asks for.
OPSP_NAMED = """
WITH judged AS (
    SELECT mdtrt_id, feedetl_sn, min_by(coalesce(rule_key, -1), dise_codg) AS rule_key, min(dise_codg) AS first_disease,
        bool_or(has_code) AS has_code, min(need_filing) AS need_filing
    FROM opsp_disease
    GROUP BY mdtrt_id, feedetl_sn
    HAVING min(CASE WHEN is_ruled THEN 1 ELSE 0 END) = 1
),
filed AS (
    SELECT DISTINCT line.mdtrt_id, line.feedetl_sn
    FROM line
    JOIN opsp_disease AS disease ON disease.mdtrt_id = line.mdtrt_id AND disease.feedetl_sn = line.feedetl_sn
    JOIN filing_d AS filing ON filing.psn_no = line.psn_no AND filing.opsp_dise_code = disease.dise_codg
    WHERE filing.filing_type = 'opsp'
        AND (filing.begndate IS NULL
            OR line.fee_date >= filing.begndate AND line.fee_date <= coalesce(filing.enddate, line.fee_date))
)
SELECT judged.rule_key, judged.mdtrt_id, judged.feedetl_sn,
    CASE WHEN judged.has_code THEN '无有效备案' ELSE '不在病种目录' END AS reason
FROM judged
LEFT JOIN filed ON filed.mdtrt_id = judged.mdtrt_id AND filed.feedetl_sn = judged.feedetl_sn
WHERE judged.rule_key > 0
    AND (NOT judged.has_code OR judged.need_filing = 1 AND {has_filing_d} AND filed.mdtrt_id IS NULL)
"""

# V13 second operation: the highest-priced line of the group that day ranks first and is the related line; others that are
# above their share of the full price are at fault. Lines without a price do not rank.
SECOND_OPERATION = """
WITH grouped AS (
    SELECT DISTINCT target.rule_key, line.mdtrt_id, line.fee_date, line.feedetl_sn, line.setl_id, line.fee_time, line.pric
    FROM line
    JOIN line_target AS target ON target.code_key = line.code_key AND target.side = 'group_codes'
    JOIN line_rule AS rule ON rule.rule_key = target.rule_key AND rule.variant = 'second_operation'
    WHERE line.pric > 0
),
first_ranked AS (
    SELECT rule_key, mdtrt_id, fee_date, feedetl_sn, setl_id, fee_time, pric,
        row_number() OVER (
            PARTITION BY rule_key, mdtrt_id, fee_date ORDER BY pric DESC, fee_time, feedetl_sn
        ) AS place
    FROM grouped
)
SELECT rule_key, mdtrt_id, fee_date, feedetl_sn, setl_id, fee_time, pric FROM first_ranked WHERE place = 1
"""

# Every line named, with why for V11 and the first operation for V13.
LINE_NAMED = """
SELECT rule_key, mdtrt_id, feedetl_sn, CAST(NULL AS STRING) AS reason FROM named_by_code
UNION ALL
SELECT rule_key, mdtrt_id, feedetl_sn, CAST(NULL AS STRING) AS reason FROM named_by_kind
UNION ALL
SELECT rule_key, mdtrt_id, feedetl_sn, reason FROM opsp_named
"""

# The lines at fault with their amounts and evidence, and the operation that V13 compares with.
HIT_LINE = """
WITH fault AS (
    SELECT rule.rule_key, line.mdtrt_id, line.setl_id, line.feedetl_sn, line.month, line.net_cnt AS vola_cnt,
        {fault_amt} AS vola_amt, {evidence} AS evid,
        first_ranked.mdtrt_id AS first_mdtrt_id, first_ranked.setl_id AS first_setl_id, first_ranked.feedetl_sn AS first_sn
    FROM line_named AS named
    JOIN line ON line.mdtrt_id = named.mdtrt_id AND line.feedetl_sn = named.feedetl_sn
    JOIN line_rule AS rule ON rule.rule_key = named.rule_key
    LEFT JOIN prac_psn_d AS doctor ON doctor.prac_psn_code = line.bilg_dr_codg
    LEFT JOIN second_operation AS first_ranked ON first_ranked.rule_key = named.rule_key
        AND first_ranked.mdtrt_id = named.mdtrt_id AND first_ranked.fee_date = line.fee_date
    WHERE rule.rule_type_id <> 'V13' OR rule.variant = 'cap'
        OR first_ranked.feedetl_sn IS NOT NULL AND first_ranked.feedetl_sn <> line.feedetl_sn
            AND (first_ranked.pric > line.pric
                OR first_ranked.pric = line.pric AND (first_ranked.fee_time < line.fee_time
                    OR first_ranked.fee_time = line.fee_time AND first_ranked.feedetl_sn < line.feedetl_sn))
),
related AS (
    SELECT rule_key, first_mdtrt_id AS mdtrt_id, first_setl_id AS setl_id, first_sn AS feedetl_sn,
        mdtrt_id AS f_mdtrt_id, setl_id AS f_setl_id, month
    FROM fault
    WHERE first_sn IS NOT NULL AND vola_amt > 0
    GROUP BY rule_key, first_mdtrt_id, first_setl_id, first_sn, mdtrt_id, setl_id, month
)
SELECT rule_key, CAST(NULL AS STRING) AS subject, mdtrt_id, setl_id, feedetl_sn, mdtrt_id AS f_mdtrt_id,
    setl_id AS f_setl_id, month, CASE WHEN vola_amt > 0 THEN 1 ELSE 2 END AS item_type,
    CASE WHEN vola_amt > 0 THEN vola_cnt ELSE 0 END AS vola_cnt, CAST(vola_amt AS BIGINT) AS vola_amt,
    'line' AS amt_kind, 1 AS amount_stas, CAST(NULL AS INT) AS sev_deg, evid
FROM fault
UNION ALL
SELECT rule_key, CAST(NULL AS STRING), mdtrt_id, setl_id, feedetl_sn, f_mdtrt_id, f_setl_id, month, 2,
    CAST(0 AS BIGINT), CAST(0 AS BIGINT), 'line', 1, CAST(NULL AS INT), CAST(NULL AS STRING)
FROM related
"""

SHAPE = Shape(
    name="line",
    statements=(
        ("named_by_code", NAMED_BY_CODE),
        ("kind_rule", KIND_RULE),
        ("kind_main", KIND_MAIN),
        ("named_by_kind", NAMED_BY_KIND),
        ("opsp_disease", OPSP_DISEASE),
        ("opsp_named", OPSP_NAMED),
        ("second_operation", SECOND_OPERATION),
        ("line_named", LINE_NAMED),
        ("hit_line", HIT_LINE),
    ),
    defaults={
        "condition": "FALSE",
        "by_code": "TRUE",
        "has_no_code": "FALSE",
        "by_kind": "TRUE",
        "by_main": "FALSE",
        "fault_amt": "line.net_amt",
    },
)
