"""Checks on pairs of rows that cannot both be meant: their scopes and days meet, and no bill of the code can satisfy both.

In each statement ``a`` is the row with the smaller key; the finding names the other one, ``b``, and points to ``a``.
"""

from __future__ import annotations

from rules.lint.check import Check

# Every row of a type with each code that it is about.
_CODED = """
SELECT rule.*, unnest(listed.codes) AS code
FROM {table} AS rule JOIN listed ON listed.kind = 'med' AND listed.text = rule.{param}     -- one row for each list
"""

_PAIR = """
WITH coded AS ({coded})
SELECT b.rule_key, '{param}' AS param, {problem} AS problem, min(a.rule_key) AS other_key
FROM coded AS a JOIN coded AS b ON b.code = a.code AND b.rule_key > a.rule_key
WHERE {at_odds} AND scopes_meet(a.scope, b.scope) AND days_meet(a.days, b.days)
GROUP BY b.rule_key
"""


def _pair(table: str, param: str, problem: str, at_odds: str) -> str:
    """The statement for two rows of one type about one code."""
    return _PAIR.format(
        coded=_CODED.format(table=table, param="med_list_codg"), param=param, problem=f"{problem} || min(b.code)", at_odds=at_odds
    )


# Years and months of age are compared in complete months, days with days only.
_AGES = """
CASE {row}.age_unit WHEN 'year' THEN 12 ELSE 1 END * CAST({row}.age_min AS BIGINT) > CASE {other}.age_unit
    WHEN 'year' THEN 12 * CAST({other}.age_max AS BIGINT) + 11 ELSE CAST({other}.age_max AS BIGINT) END
"""
_NO_AGE = f"""
(a.age_unit = 'day') = (b.age_unit = 'day')
    AND (coalesce({_AGES.format(row="a", other="b")}, FALSE) OR coalesce({_AGES.format(row="b", other="a")}, FALSE))
"""

_NO_RANK = """
(coalesce(CAST(a.min_rank AS INTEGER) > CAST(b.max_rank AS INTEGER), FALSE)
    OR coalesce(CAST(b.min_rank AS INTEGER) > CAST(a.max_rank AS INTEGER), FALSE))
"""

_NO_CLASS = """
a.allowed_class IS NOT NULL AND b.allowed_class IS NOT NULL
    AND NOT list_has_any(entries(a.allowed_class), entries(b.allowed_class))
"""

# Each is the other's first line, or each is contained in the other: (code, other code) of one row is turned round in another.
_TURNED_ROUND = """
WITH first AS (
    SELECT rule.rule_key, rule.scope, rule.days, listed.codes
    FROM {table} AS rule JOIN listed ON listed.kind = 'med' AND listed.text = rule.{one}     -- one row for each list
),
pair AS (
    SELECT first.rule_key, first.scope, first.days, one.code AS one, other.code AS other
    FROM {table} AS rule
    JOIN first USING (rule_key)                                                              -- one row for each key
    JOIN listed ON listed.kind = 'med' AND listed.text = rule.{other},
    unnest(first.codes) AS one(code), unnest(listed.codes) AS other(code)
)
SELECT b.rule_key, '{other}' AS param, '{problem}' || min(b.one || ' 与 ' || b.other) AS problem, min(a.rule_key) AS other_key
FROM pair AS a JOIN pair AS b ON b.one = a.other AND b.other = a.one AND b.rule_key > a.rule_key
WHERE scopes_meet(a.scope, b.scope) AND days_meet(a.days, b.days)
GROUP BY b.rule_key
"""

# A diagnosis that makes the drug payable contraindicates it: entries of V01 that all stand in V24's set as they are written.
_PAYABLE_IS_CONTRAINDICATED = f"""
WITH payable AS ({_CODED.format(table="v01", param="med_list_codg")}),
contra AS ({_CODED.format(table="v24", param="med_list_codg")})
SELECT b.rule_key, 'contra_set' AS param, '限定支付的诊断全部是禁忌，药品 ' || min(b.code) AS problem,
    min(a.rule_key) AS other_key
FROM payable AS a JOIN contra AS b ON b.code = a.code
WHERE b.variant = 'diag' AND a.alt_item_codes IS NULL AND a.accept_filing IS NULL
    AND a.exempt_diag IS NULL AND b.exempt_diag IS NULL
    AND list_has_all(entries(upper(b.contra_set)), entries(upper(a.diag_set)))
    AND scopes_meet(a.scope, b.scope) AND days_meet(a.days, b.days)
GROUP BY b.rule_key
"""

CONTRADICTIONS = (
    Check(
        "both_sexes", "互相矛盾：限性别", True,
        _pair("v02", "allowed_gend", "'同一编码既限男又限女：'", "a.allowed_gend <> b.allowed_gend"),
    ),
    Check("no_drug_age", "互相矛盾：药品限年龄", True, _pair("v03", "age_min", "'没有年龄能同时符合两条规则：'", _NO_AGE)),
    Check("no_item_age", "互相矛盾：项目限年龄", True, _pair("v04", "age_min", "'没有年龄能同时符合两条规则：'", _NO_AGE)),
    Check("no_rank", "互相矛盾：限机构级别", True, _pair("v05", "min_rank", "'没有级别能同时符合两条规则：'", _NO_RANK)),
    Check(
        "no_class", "互相矛盾：限就医方式", True,
        _pair("v07", "allowed_class", "'没有就医方式能同时符合两条规则：'", _NO_CLASS),
    ),
    Check(
        "first_line_both_ways", "互相矛盾：一线与二线互换", True,
        _TURNED_ROUND.format(
            table="v08", one="med_list_codg", other="first_line_codes", problem="两药互为对方的一线用药："
        ),
    ),
    Check(
        "contained_both_ways", "互相矛盾：重复收费互含", True,
        _TURNED_ROUND.format(table="v14", one="group_a", other="group_b", problem="两项目互为对方的内涵："),
    ),
    Check("payable_is_contraindicated", "互相矛盾：限定适应症与禁忌", True, _PAYABLE_IS_CONTRAINDICATED),
)  # fmt: skip
