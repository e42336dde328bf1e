"""What is judged again after a night's rows came, and how it meets what stands (SQL, both engines; docs/decisions/0088).

Findings of rules that look at one person's bills alone (RuleType.looks_beyond_person) are the same in the whole bills of the
persons touched as in everyone's; the other rules are judged in everyone's.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from lake.tables import FINDING, FINDING_DETL
from rules.catalogue import RULE_TYPES
from rules.engines import Repeat, Statement

# Rules that ask how far the month has run: their findings move with the as-of day alone.
BY_AS_OF = frozenset({"S05"})
BILLS = ("line", "visit", "settlement")

# Whose a visit is: '' where nobody is named, as one person of that name. Lines and settlements may name another person than
# their visit does; then both hang together. Every line and settlement has its visit.
_VISIT_PERSON = """
SELECT visit.mdtrt_id, coalesce(visit.psn_no, '') AS psn_no
FROM every_visit AS visit
UNION ALL
SELECT line.mdtrt_id, coalesce(line.psn_no, '') AS psn_no
FROM every_line AS line
JOIN every_visit AS visit ON visit.mdtrt_id = line.mdtrt_id
WHERE coalesce(line.psn_no, '') <> coalesce(visit.psn_no, '')
UNION ALL
SELECT settlement.mdtrt_id, coalesce(settlement.psn_no, '') AS psn_no
FROM every_settlement AS settlement
JOIN every_visit AS visit ON visit.mdtrt_id = settlement.mdtrt_id
WHERE coalesce(settlement.psn_no, '') <> coalesce(visit.psn_no, '')
"""

_FRESH = "SELECT {name}.mdtrt_id FROM every_{name} AS {name} JOIN fresh_month ON fresh_month.month = {name}.month"
_FIRST = " UNION ".join(
    [
        "SELECT mdtrt_id FROM changed_visit",
        "SELECT own.mdtrt_id FROM visit_person AS own JOIN changed_person ON changed_person.psn_no = own.psn_no",
        *(_FRESH.format(name=name) for name in BILLS),
    ]
)

_GROWN = """
SELECT mdtrt_id FROM touched_visit
UNION
SELECT other.mdtrt_id
FROM touched_visit
JOIN visit_person AS own ON own.mdtrt_id = touched_visit.mdtrt_id
JOIN visit_person AS other ON other.psn_no = own.psn_no
"""

_BEYOND = f"""
SELECT grown.mdtrt_id
FROM ({_GROWN}) AS grown
LEFT JOIN touched_visit ON touched_visit.mdtrt_id = grown.mdtrt_id
WHERE touched_visit.mdtrt_id IS NULL
"""

_TOUCHED_PERSON = """
SELECT psn_no FROM changed_person
UNION
SELECT own.psn_no
FROM visit_person AS own
JOIN touched_visit ON touched_visit.mdtrt_id = own.mdtrt_id
"""

_OF_TOUCHED = """
SELECT every_row.*
FROM every_{name} AS every_row
JOIN touched_visit ON touched_visit.mdtrt_id = every_row.mdtrt_id
"""

# ``touched_visit`` (mdtrt_id) and ``touched_person`` (psn_no), then their bills: own_line, own_visit, own_settlement.
# Reads every_line, every_visit, every_settlement (the lake's bills), ``changed_visit`` (mdtrt_id), ``changed_person`` (psn_no)
# and ``fresh_month`` (month): judged for the first time, so that whoever was billed in it is touched.
TOUCHED_STATEMENTS: tuple[Statement, ...] = (
    ("visit_person", _VISIT_PERSON),
    ("touched_visit", _FIRST),
    Repeat("touched_visit", _GROWN, _BEYOND),
    ("touched_person", _TOUCHED_PERSON),
)
TOUCHED_BILLS: tuple[Statement, ...] = tuple((f"own_{name}", _OF_TOUCHED.format(name=name)) for name in BILLS)

_FINDING = ", ".join(f"finding.{name}" for name in FINDING.names)
_DETL = ", ".join(f"detl.{name}" for name in FINDING_DETL.names)
# As an audit leaves them: waivers and confirmation rates are applied afterwards.
_JUDGED = _FINDING.replace(
    "finding.finding_stas",
    "CASE WHEN finding.finding_stas = 'waived' OR shadowed.jr_id IS NOT NULL THEN 'active' "
    "ELSE finding.finding_stas END AS finding_stas",
)
# shadowed has one row per finding.
_BEFORE_JUDGED = (
    f"SELECT {_JUDGED} FROM before_finding AS finding "
    "LEFT JOIN shadowed ON shadowed.jr_id = finding.jr_id AND shadowed.found_for = finding.found_for"
)

_DROPPED_ID = """
SELECT finding.jr_id, finding.found_for
FROM before_finding AS finding
JOIN further_rule AS rule ON rule.rule_type_id = finding.rule_type_id AND rule.rule_id = finding.rule_id
UNION
SELECT finding.jr_id, finding.found_for
FROM before_finding AS finding
JOIN touched_person ON touched_person.psn_no = finding.psn_no
UNION
SELECT detl.jr_id, detl.found_for
FROM before_finding_detl AS detl
JOIN touched_visit ON touched_visit.mdtrt_id = detl.mdtrt_id
"""
_DROPPED = "JOIN dropped_id ON dropped_id.jr_id = {alias}.jr_id AND dropped_id.found_for = {alias}.found_for"
_STAYING = f"LEFT {_DROPPED} WHERE dropped_id.jr_id IS NULL"

_ONLY_IN = (
    "SELECT found_for FROM (SELECT {columns} FROM {one} AS {alias} EXCEPT SELECT {columns} FROM {other} AS {alias}) AS only_in"
)
_DIFFERING = " UNION ALL ".join(
    _ONLY_IN.format(columns=columns, alias=alias, one=f"{one}_{alias}", other=f"{other}_{alias}")
    for alias, columns in (("finding", _FINDING), ("detl", _DETL))
    for one, other in (("dropped", "found"), ("found", "dropped"))
)
_MOVED_MONTH = f"SELECT DISTINCT found_for FROM ({_DIFFERING}) AS differing"

# As rules/guard.py counts them in hits.
_FLAGGED = """
SELECT finding.rule_type_id, count(DISTINCT concat(detl.mdtrt_id, '|', detl.feedetl_sn)) AS flagged
FROM after_finding AS finding
JOIN after_detl AS detl ON detl.jr_id = finding.jr_id AND detl.found_for = finding.found_for
WHERE detl.vola_item_type = 1
GROUP BY finding.rule_type_id
"""


def kept_statements(part: str) -> tuple[Statement, ...]:
    """Keeps what was found under names of its own: ``<part>_finding`` and ``<part>_detl``."""
    return (
        (f"{part}_finding", f"SELECT {_FINDING} FROM finding"),
        (f"{part}_detl", f"SELECT {_DETL} FROM finding_detl AS detl"),
    )


def merge_statements(parts: Sequence[str]) -> tuple[Statement, ...]:
    """The findings after the night: those that no part judged stay, those that one did are what it found.

    Reads the kept relations of ``parts``, ``before_finding`` and ``before_finding_detl`` (the lake's), ``further_rule``
    (rule_type_id, rule_id) and the touched persons and visits. Makes ``moved_month`` (found_for), ``moved_finding`` and
    ``moved_detl`` (all rows of those months), and ``flagged`` (lines and visits at fault by rule type).
    """
    of_moved = "JOIN moved_month ON moved_month.found_for = {alias}.found_for"
    return (
        ("dropped_id", _DROPPED_ID),
        ("before_judged", _BEFORE_JUDGED),
        ("dropped_finding", f"SELECT {_FINDING} FROM before_judged AS finding {_DROPPED.format(alias='finding')}"),
        ("dropped_detl", f"SELECT {_DETL} FROM before_finding_detl AS detl {_DROPPED.format(alias='detl')}"),
        ("found_finding", " UNION ALL ".join(f"SELECT {_FINDING} FROM {part}_finding AS finding" for part in parts)),
        ("found_detl", " UNION ALL ".join(f"SELECT {_DETL} FROM {part}_detl AS detl" for part in parts)),
        ("moved_month", _MOVED_MONTH),
        (
            "after_finding",
            f"SELECT {_FINDING} FROM before_judged AS finding {_STAYING.format(alias='finding')}"
            f" UNION ALL SELECT {_FINDING} FROM found_finding AS finding",
        ),
        (
            "after_detl",
            f"SELECT {_DETL} FROM before_finding_detl AS detl {_STAYING.format(alias='detl')}"
            f" UNION ALL SELECT {_DETL} FROM found_detl AS detl",
        ),
        ("flagged", _FLAGGED),
        ("moved_finding", f"SELECT {_FINDING} FROM after_finding AS finding {of_moved.format(alias='finding')}"),
        ("moved_detl", f"SELECT {_DETL} FROM after_detl AS detl {of_moved.format(alias='detl')}"),
    )


def needs_everyone(rules: pa.Table) -> set[tuple[str, str]]:
    """(rule_type_id, rule_id) of the loaded rules that cannot be judged by the persons touched alone.

    A rule of which one version looks beyond one person counts as a whole: its versions decide together what governs.
    """
    wanted = pa.array(sorted(name for name, rule in RULE_TYPES.items() if rule.beyond_person or name in BY_AS_OF))
    rows = rules.filter(pc.is_in(rules["rule_type_id"], wanted))
    named = zip(*(rows[name].to_pylist() for name in ("rule_type_id", "rule_id", "params")), strict=True)
    return {
        (type_id, rule_id)
        for type_id, rule_id, params in named
        if type_id in BY_AS_OF or RULE_TYPES[type_id].looks_beyond_person(json.loads(params))
    }


def parted(compiled: Mapping[str, pa.Table], further: Collection[tuple[str, str]]) -> list[dict[str, pa.Table]]:
    """The compiled relations of the rules in ``further``, and those of all others."""
    meta = compiled["rule_meta"]
    named = zip(meta["rule_type_id"].to_pylist(), meta["rule_id"].to_pylist(), strict=True)
    is_further = pa.array([name in further for name in named], pa.bool_())
    keys = [meta.filter(mask)["rule_key"] for mask in (is_further, pc.invert(is_further))]
    return [{name: rows.filter(pc.is_in(rows["rule_key"], own)) for name, rows in compiled.items()} for own in keys]
