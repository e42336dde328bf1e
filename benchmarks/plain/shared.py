"""What the plain programs share: the contract's scope and exemption tests, and its rounding, in DuckDB's own words."""

from __future__ import annotations

from rules.engines.portable import to_duckdb
from rules.shapes.eligible import IN_SCOPE_LINE, IN_SCOPE_VISIT, NOT_EXEMPT_LINE, NOT_EXEMPT_VISIT


def _in_duckdb(test: str) -> str:
    return to_duckdb(f"SELECT {test} AS tested FROM line, visit, rule").removeprefix("SELECT ").rsplit(" AS tested", 1)[0]


TESTED = _in_duckdb(f"({IN_SCOPE_LINE}) AND ({NOT_EXEMPT_LINE})")
TESTED_VISIT = _in_duckdb(f"({IN_SCOPE_VISIT}) AND ({NOT_EXEMPT_VISIT})")

# Last and first day of a visit, and the person's years on the first.
END = "CAST(visit.end_time AS DATE)"
BEGIN = "CAST(visit.begn_time AS DATE)"
YEARS = f"date_sub('year', visit.brdy, {BEGIN})"

# A line's code in force on its day; ``rule`` and ``target`` hold one type.
BY_CODE = """line
JOIN target ON target.code_key = line.code_key AND line.fee_date BETWEEN target.eff_beg AND target.eff_end
JOIN rule ON rule.rule_key = target.rule_key"""


def known(diagnoses: str, subject: str = "line") -> str:
    """SQL: the visit has a diagnosis that the rule's list can look at."""
    return f"({subject}.has_diag OR rule.{diagnoses}_has_tcm AND {subject}.has_tcm_diag)"


def named(diagnoses: str, subject: str = "line") -> str:
    """SQL: one of the few diagnoses of the visit is in the rule's long list."""
    return f"list_bool_or([list_contains(rule.{diagnoses}_keys, entry) FOR entry IN {subject}.diag_keys])"


def rounded(a: str, b: str, c: str) -> str:
    """SQL for a × b ÷ c, rounded half up."""
    return f"CAST((CAST({a} AS HUGEINT) * ({b}) * 2 + ({c})) // (2 * CAST({c} AS HUGEINT)) AS BIGINT)"


def priced(count: str) -> str:
    """SQL for what a count × 10,000 of ``line`` costs, in 分, at most what the line cost."""
    return f"least({rounded(count, 'line.pric', '100000000')}, line.net_amt)"
