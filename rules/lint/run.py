"""All checks over one rule base."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from rules.catalogue import RULE_TYPES
from rules.judge import Region
from rules.lint.check import Check
from rules.lint.codes import NO_TARGET, UNKNOWN_DIAG, UNKNOWN_MED, UNKNOWN_OPRN
from rules.lint.contradictions import CONTRADICTIONS
from rules.lint.cover import COVER_MACROS, SUBSUMED
from rules.lint.never import NEVER
from rules.lint.relations import make_relations
from rules.lint.versions import VERSIONS

CHECKS: tuple[Check, ...] = (UNKNOWN_MED, UNKNOWN_DIAG, UNKNOWN_OPRN, NO_TARGET, *NEVER, *CONTRADICTIONS, SUBSUMED, *VERSIONS)

# What is found, in the order of checks and rows.
_FOUND = """
SELECT {number} AS check_no, rule.rule_type_id, rule.rule_id, rule.rule_ver, CAST(found.param AS VARCHAR) AS param, found.problem,
    other.rule_id AS other_rule_id, other.rule_ver AS other_rule_ver
FROM ({statement}) AS found
JOIN keyed AS rule ON rule.rule_key = found.rule_key                        -- one row for each key
LEFT JOIN keyed AS other ON other.rule_key = found.other_key                -- one row for each key
ORDER BY found.rule_key, found.param, found.problem, found.other_key
"""

_SHARES = """
SELECT rule_type_id, count(*) AS rows, count(*) FILTER (WHERE origin = 'official') AS official,
    count(*) FILTER (WHERE origin = 'generated') AS generated,
    count(*) FILTER (WHERE origin IS NULL OR origin NOT IN ('official', 'generated')) AS other
FROM rules GROUP BY rule_type_id
"""


@dataclass(frozen=True)
class Lint:
    """What the checks found.

    ``found``: check_no (place in ``CHECKS``), rule_type_id, rule_id, rule_ver, param, problem, other_rule_id, other_rule_ver.
    ``shares``: for each rule type in catalogue order its rows: rule_type_id, rows, official, generated, other.
    """

    found: pa.Table
    shares: list[dict[str, object]]


def lint(rules: pa.Table, codes: pa.Table, region: Region) -> Lint:
    """All checks over the loaded rows (rules/book/typing.py); ``codes``: kind (med, diag, oprn), code, list_type.

    A kind without any code has no catalogue, and nothing is called unknown in it.
    """
    with duckdb.connect() as connection:
        make_relations(connection, rules, codes, region)
        for macro in COVER_MACROS:
            connection.execute(macro)
        found = [
            connection.sql(_FOUND.format(number=number, statement=check.statement)).to_arrow_table()
            for number, check in enumerate(CHECKS)
        ]
        connection.register("rules", rules)
        columns = ("rule_type_id", "rows", "official", "generated", "other")
        shares = {row[0]: dict(zip(columns, row, strict=True)) for row in connection.sql(_SHARES).fetchall()}
    return Lint(pa.concat_tables(found), [shares[name] for name in RULE_TYPES if name in shares])
