"""What is judged again after a night's rows came: whole bills of the persons touched (SQL, both engines).

Reads ``changed_person`` (psn_no), ``every_line`` and ``every_visit`` (the lake's bill_line and bill_visit). Findings of rules
that look at one person's bills alone (RuleType.looks_beyond_person) are the same in these bills as in everyone's.
"""

from __future__ import annotations

import json

import pyarrow as pa

from rules.catalogue import RULE_TYPES
from rules.engines import Repeat, Statement

# Rules that ask how far the month has run: their findings move with the as-of day alone.
BY_AS_OF = frozenset({"S05"})

_VISIT_OF = """
SELECT visit.mdtrt_id
FROM every_visit AS visit
JOIN touched_person ON touched_person.psn_no = visit.psn_no
UNION
SELECT line.mdtrt_id
FROM every_line AS line
JOIN touched_person ON touched_person.psn_no = line.psn_no
"""

# A line may name another person than its visit: then both are judged.
_GROWN = f"""
WITH own AS ({_VISIT_OF})
SELECT psn_no FROM touched_person
UNION
SELECT visit.psn_no
FROM every_visit AS visit
JOIN own ON own.mdtrt_id = visit.mdtrt_id
WHERE visit.psn_no IS NOT NULL
UNION
SELECT line.psn_no
FROM every_line AS line
JOIN own ON own.mdtrt_id = line.mdtrt_id
WHERE line.psn_no IS NOT NULL
"""

_BEYOND = f"""
SELECT grown.psn_no
FROM ({_GROWN}) AS grown
LEFT JOIN touched_person ON touched_person.psn_no = grown.psn_no
WHERE touched_person.psn_no IS NULL
"""


def _of_touched(name: str) -> str:
    return f"""
SELECT every_row.*
FROM every_{name} AS every_row
JOIN touched_visit ON touched_visit.mdtrt_id = every_row.mdtrt_id
"""


AGAIN_STATEMENTS: tuple[Statement, ...] = (
    ("touched_person", "SELECT DISTINCT psn_no FROM changed_person"),
    Repeat("touched_person", _GROWN, _BEYOND),
    ("touched_visit", _VISIT_OF),
    ("line", _of_touched("line")),
    ("visit", _of_touched("visit")),
    ("settlement", _of_touched("settlement")),
)


def needs_everyone(rules: pa.Table) -> set[tuple[str, str]]:
    """(rule_type_id, rule_id) of the loaded rules that cannot be judged by the persons touched alone.

    A rule of which one version looks beyond one person counts as a whole: its versions decide together what governs.
    """
    named = zip(*(rules[name].to_pylist() for name in ("rule_type_id", "rule_id", "params")), strict=True)
    return {(type_id, rule_id) for type_id, rule_id, params in named if _needs_everyone(type_id, params)}


def _needs_everyone(type_id: str, params: str) -> bool:
    rule_type = RULE_TYPES[type_id]
    return type_id in BY_AS_OF or (bool(rule_type.beyond_person) and rule_type.looks_beyond_person(json.loads(params)))
