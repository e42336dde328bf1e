"""Scope, exemption and diagnosis tests that every shape shares (SQL over the aliases ``line`` or ``visit`` and ``rule``).

An empty scope list is NULL and means all; a list whose value is missing does not apply; an exemption list that cannot be
checked spares (rule_types.yaml, ``general.scope`` and ``general.exemptions``): unknown is not evidence.
"""

from __future__ import annotations


def _in_scope(subject: str) -> str:
    return f"""(
    (rule.scope_insutype IS NULL OR array_contains(rule.scope_insutype, {subject}.insutype))
    AND (rule.scope_class IS NULL OR array_contains(rule.scope_class, {subject}.visit_class))
    AND (rule.scope_hosp_lv IS NULL OR array_contains(rule.scope_hosp_lv, {subject}.hosp_lv))
    AND (rule.scope_poolarea IS NULL
        OR size(filter(rule.scope_poolarea, area -> startswith({subject}.insu_admdvs, area))) > 0)
)"""


def _not_exempt(subject: str, department: str) -> str:
    return f"""(
    (rule.exempt_dept IS NULL
        OR size(filter(rule.exempt_dept, dept -> startswith({subject}.{department}, dept))) = 0
        AND {subject}.{department} IS NOT NULL)
    AND (rule.exempt_diag_keys IS NULL
        OR ({known_diagnosis(subject, "rule.exempt")})
        AND NOT arrays_overlap({subject}.diag_keys, rule.exempt_diag_keys))
)"""


def known_diagnosis(subject: str, diagnosis_set: str) -> str:
    """SQL, never NULL: the visit has a diagnosis that the set can look at (中医 codes only where the set has such an entry)."""
    return f"({subject}.has_diag OR coalesce({diagnosis_set}_has_tcm, FALSE) AND {subject}.has_tcm_diag)"


def matches(subject: str, diagnosis_set: str) -> str:
    """SQL: a diagnosis of the visit is in the rule's set, e.g. matches('line', 'rule.diag_set')."""
    return f"arrays_overlap({subject}.diag_keys, {diagnosis_set}_keys)"


def main_matches(subject: str, diagnosis_set: str) -> str:
    """SQL: the main diagnosis is known and in the rule's set; never NULL."""
    key = f"CASE WHEN {diagnosis_set}_has_tcm THEN {subject}.main_any_key ELSE {subject}.main_diag_key END"
    return f"coalesce(array_contains({diagnosis_set}_keys, {key}), FALSE)"


# The line's age in the rule's unit, in complete years, months or days.
AGE = "CASE rule.age_unit WHEN 'year' THEN line.age_year WHEN 'month' THEN line.age_month WHEN 'day' THEN line.age_day END"

IN_SCOPE_LINE = _in_scope("line")
NOT_EXEMPT_LINE = _not_exempt("line", "bilg_dept_codg")
IN_SCOPE_VISIT = _in_scope("visit")
NOT_EXEMPT_VISIT = _not_exempt("visit", "dept_codg")
