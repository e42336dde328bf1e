"""Checks for rows that can never find anything in their scope, whatever is billed."""

from __future__ import annotations

from rules.lint.check import Check

# No person is older, in complete years.
OLDEST = 130

# Rows that name visit classes none of which the region has.
_NO_KNOWN_CLASS = """
SELECT rule_key, 'med_class' AS param, '就医类别 ' || shown(scope.med_class) || ' 在本地区参数中均不存在' AS problem,
    NULL AS other_key
FROM subject
WHERE scope.med_class IS NOT NULL AND NOT list_has_any(scope.med_class, (SELECT list(visit_class) FROM visit_class))
"""

# What a class of the scope must be for the type to judge it: (type, rows concerned, condition on ``class``).
_CLASSES = (
    ("v05", "TRUE", "class.visit_class <> 'PHARM'"),
    ("v06", "limited_to = 'maternity'", "class.visit_class <> 'MATN'"),
    ("v07", "internet <> 'deny'", "NOT list_contains(entries(rule.allowed_class), class.visit_class)"),
    ("v11", "TRUE", "class.visit_class = 'OPSP'"),
    ("v16", "\"window\" <> 'stay'", """limit_otp IS NOT NULL AND class.may_be_other
        OR limit_ipt IS NOT NULL AND class.may_be_inpatient"""),
    ("v16", "\"window\" = 'stay'", "limit_ipt IS NOT NULL AND class.may_be_inpatient"),
    ("v21", "TRUE", "class.may_be_other"),
    ("v22", "TRUE", "class.may_be_inpatient"),
    ("v29", "variant = 'outside_stay'", "class.may_be_inpatient"),
    ("v29", "variant = 'while_inpatient'", "class.may_be_other"),
    *((stay, "TRUE", "class.visit_class = 'IPT'") for stay in ("s01", "s02", "s03", "s10", "s11")),
    ("s04", "variant = 'overlap_stay'", "class.visit_class = 'IPT'"),
    ("s04", "variant = 'distant'", "class.visit_class NOT IN ('IPT', 'PHARM')"),
)  # fmt: skip
_NO_CLASS = """
SELECT rule_key, 'med_class' AS param, '按该规则类型和参数，适用范围内没有可审核的就医类别' AS problem, NULL AS other_key
FROM {table} AS rule
WHERE {where} AND NOT EXISTS (
    SELECT 1 FROM visit_class AS class
    WHERE coalesce(list_contains(rule.scope.med_class, class.visit_class), rule.scope.med_class IS NULL) AND ({needs}))
"""

# Every level in scope has a rank that may charge the item.
_EVERY_RANK_MAY = """
SELECT rule_key, 'hosp_lv' AS param, '适用范围内的机构级别都符合限定' AS problem, NULL AS other_key
FROM v05 AS rule
WHERE scope.hosp_lv IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM level
    WHERE list_contains(rule.scope.hosp_lv, level.hosp_lv) AND (coalesce(level.hosp_rank < CAST(rule.min_rank AS INTEGER), FALSE)
        OR coalesce(level.hosp_rank > CAST(rule.max_rank AS INTEGER), FALSE)))
"""

_EVERY_INSURANCE_MAY = """
SELECT rule_key, 'allowed_insutype' AS param, '适用范围内的险种都允许支付' AS problem, NULL AS other_key
FROM v06
WHERE scope.insutype IS NOT NULL AND coalesce(list_has_all(entries(allowed_insutype), scope.insutype), FALSE)
"""

_IN_UNIT = f"CASE age_unit WHEN 'year' THEN {OLDEST} WHEN 'month' THEN {OLDEST * 12} ELSE {OLDEST * 366} END"
_NOBODY_OUTSIDE = f"""
SELECT rule_key, 'age_max' AS param, '年龄界限之外没有人：下限为0或空，上限为空或超过{OLDEST}岁' AS problem, NULL AS other_key
FROM {{table}}
WHERE {{where}} AND coalesce(CAST(age_min AS INTEGER), 0) = 0 AND coalesce(CAST(age_max AS INTEGER) >= {_IN_UNIT}, TRUE)
"""
_NOBODY_INSIDE = f"""
SELECT rule_key, '{{param}}' AS param, '年龄下限超过{OLDEST}岁，没有这样的人' AS problem, NULL AS other_key
FROM {{table}}
WHERE {{where}} AND CAST({{param}} AS INTEGER) > {{oldest}}
"""

# The charged code stands in the list that would spare the line: the line spares itself.
_OWN_COMPANION = """
SELECT rule_key, '{param}' AS param, '清单中含有规则自身的编码，每条明细都被自身豁免' AS problem, NULL AS other_key
FROM {table} AS rule JOIN listed ON listed.kind = 'med' AND listed.text = rule.{param}     -- one row for each list
WHERE NOT contains(med_list_codg, '*') AND list_contains(listed.codes, med_list_codg)
"""

# What would prove the bundle, its own code apart, is fewer codes than are asked for; prefixes are not counted.
_TOO_FEW_PARTS = """
SELECT rule_key, 'min_components' AS param, '组成项目只有' || len(listed.codes) || '个，少于要求的' || min_components || '个'
    AS problem, NULL AS other_key
FROM v15 AS rule JOIN listed ON listed.kind = 'med' AND listed.text = rule.component_codes -- one row for each list
WHERE NOT contains(component_codes, '*')
    AND len(list_filter(listed.codes, lambda code: code <> bundle_code)) < CAST(min_components AS INTEGER)
"""

_TOO_FEW_KINDS = """
SELECT rule_key, 'max_kinds' AS param, '清单只有' || len(listed.codes) || '个编码，不会超过' || max_kinds || '种' AS problem,
    NULL AS other_key
FROM s07 AS rule JOIN listed ON listed.kind = 'med' AND listed.text = rule.item_codes      -- one row for each list
WHERE variant = 'multi' AND NOT contains(item_codes, '*') AND len(listed.codes) <= CAST(max_kinds AS INTEGER)
"""

# A disease is judged only where it has a list row and an allow row.
_LIST_OR_ALLOW_ALONE = """
SELECT rule_key, 'opsp_dise_code' AS param,
    CASE variant WHEN 'list' THEN '病种没有可支付编码（allow）的规则，不会审核'
        ELSE '病种没有目录（list）规则，不会审核' END AS problem,
    NULL AS other_key
FROM v11 AS rule
WHERE NOT EXISTS (
    SELECT 1 FROM (SELECT DISTINCT opsp_dise_code, variant FROM v11) AS other
    WHERE other.opsp_dise_code = rule.opsp_dise_code AND other.variant <> rule.variant)
"""

_ONE_INGREDIENT = """
SELECT rule_key, 'group_code' AS param, '药理组中只有一种成分，不会有同类重复' AS problem, NULL AS other_key
FROM v23
WHERE group_code IN (SELECT group_code FROM v23 GROUP BY group_code HAVING count(DISTINCT ingredient) < 2)
"""

# Every diagnosis that would prove the fault also exempts the visit.
_EXEMPTED = """
SELECT rule_key, 'exempt_diag' AS param, '触发规则的诊断全部在豁免诊断中' AS problem, NULL AS other_key
FROM {table}
WHERE {where} AND exempt_diag IS NOT NULL AND list_has_all(entries(upper(exempt_diag)), entries(upper({param})))
"""

# Some types look at lines of certain kinds only; the kind is taken from the catalogue.
_OTHER_KIND = """
SELECT rule_key, 'med_list_codg' AS param, '目录类别 ' || catalogue.list_type || ' 不属于该规则类型' AS problem, NULL AS other_key
FROM {table} AS rule JOIN catalogue ON catalogue.code = rule.med_list_codg                 -- one row for each code
WHERE catalogue.list_type NOT IN ({kinds})
"""

_ABOVE_ONE = """
SELECT rule_key, '{param}' AS param, '比例或相似度不会大于1' AS problem, NULL AS other_key
FROM s11 WHERE variant = '{variant}' AND CAST({param} AS DECIMAL(18, 6)) > 1
"""

_MORE_DAYS_THAN_A_YEAR = """
SELECT rule_key, 'max_days' AS param, '一年没有这么多天' AS problem, NULL AS other_key
FROM v09 WHERE period = 'year' AND day_basis = 'date' AND CAST(max_days AS INTEGER) >= 366
"""


def _all(*queries: str) -> str:
    return " UNION ALL ".join(queries)


NEVER = (
    Check("no_known_class", "永不触发：就医类别未知", True, _NO_KNOWN_CLASS),
    Check(
        "no_judged_class", "永不触发：就医类别与类型不符", True,
        _all(*(_NO_CLASS.format(table=table, where=where, needs=needs) for table, where, needs in _CLASSES)),
    ),
    Check("every_rank_may", "永不触发：级别都符合", True, _EVERY_RANK_MAY),
    Check("every_insurance_may", "永不触发：险种都允许", True, _EVERY_INSURANCE_MAY),
    Check(
        "no_such_age", "永不触发：没有这样的年龄", True,
        _all(
            _NOBODY_OUTSIDE.format(table="v03", where="TRUE"),
            _NOBODY_OUTSIDE.format(table="v04", where="TRUE"),
            _NOBODY_OUTSIDE.format(table="v29", where="variant = 'diag_age'"),
            _NOBODY_INSIDE.format(table="v20", param="age_min", where="TRUE", oldest=OLDEST),
            _NOBODY_INSIDE.format(table="v24", param="age_min", where="variant = 'age'", oldest=_IN_UNIT),
            _NOBODY_INSIDE.format(table="s03", param="age_from", where="TRUE", oldest=OLDEST),
        ),
    ),
    Check(
        "own_companion", "永不触发：被自身豁免", True,
        _all(
            _OWN_COMPANION.format(table="v01", param="alt_item_codes"),
            _OWN_COMPANION.format(table="v08", param="first_line_codes"),
            _OWN_COMPANION.format(table="v18", param="required_codes"),
        ),
    ),
    Check("too_few_codes", "永不触发：编码个数不够", True, _all(_TOO_FEW_PARTS, _TOO_FEW_KINDS)),
    Check("list_or_allow_alone", "永不触发：慢特病目录不成对", True, _LIST_OR_ALLOW_ALONE),
    Check("one_ingredient", "永不触发：药理组只有一种成分", True, _ONE_INGREDIENT),
    Check(
        "exempted", "永不触发：诊断全被豁免", True,
        _all(
            _EXEMPTED.format(table="v10", param="diag_set", where="variant = 'disease'"),
            _EXEMPTED.format(table="v24", param="contra_set", where="variant = 'diag'"),
            _EXEMPTED.format(table="v29", param="code_set", where="variant IN ('diag_sex', 'diag_age')"),
            _EXEMPTED.format(table="s03", param="mild_set", where="TRUE"),
            _EXEMPTED.format(table="s05", param="injury_set", where="TRUE"),
        ),
    ),
    Check(
        "other_kind", "永不触发：目录类别不符", True,
        _all(
            _OTHER_KIND.format(table="v03", kinds="'101', '102', '103'"),
            _OTHER_KIND.format(table="v04", kinds="'201', '301'"),
            _OTHER_KIND.format(table="v19", kinds="'101', '102'"),
            _OTHER_KIND.format(table="v26", kinds="'103'"),
        ),
    ),
    Check(
        "above_possible", "永不触发：限值不可能达到", True,
        _all(
            _ABOVE_ONE.format(param="min_sim", variant="similar"),
            _ABOVE_ONE.format(param="min_share", variant="offsite"),
            _MORE_DAYS_THAN_A_YEAR,
        ),
    ),
)  # fmt: skip
