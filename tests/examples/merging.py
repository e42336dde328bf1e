"""Cases as one batch: each judges its own rows alone, and its findings are told apart again."""

from __future__ import annotations

from typing import Any

from lake.tables import SOURCE_TABLES
from tests.examples.case import AS_OF, MONTH, Case
from tests.examples.tables import Row
from tests.generated.batches import Batch
from tests.generated.merging import merged

HISTORY_FROM = "2024-01-01"
SHARED_CONF = {"as_of": AS_OF, "history_from": HISTORY_FROM}
Rows = list[dict[str, Any]]
# Codes by which rows of two cases would meet, apart from the ids that `merged` makes each case's own.
OWN_CODES = ("insu_admdvs", "dise_codg", "opsp_dise_code", "drug_trac_codg", "bilg_dr_codg", "prac_psn_code")
# A rule with this scope judges the rows of its case only.
SCOPE = "poolarea"


def is_mergeable(case: Case) -> bool:
    """Whether the case can be judged among others: under their configuration, with every table there."""
    return not case.absent and all(SHARED_CONF.get(key) == value for key, value in case.conf.items())


def merged_cases(cases: list[Case], further: list[Batch]) -> Batch:
    """All cases and further batches as one lake without an absent table; the place of a case is its number."""
    every_table = Batch({name: [] for name in SOURCE_TABLES}, [], SHARED_CONF, [MONTH])
    return merged([every_table, *(_apart(case, number) for number, case in enumerate(cases, start=1)), *further])


def findings_of(case: Case, number: int, findings: Rows, detl: Rows) -> tuple[Rows, Rows]:
    """The rows of `finding` and `finding_detl` that the case's rules made, with the ids that the case has."""
    rules, ids = f"{case.rule_type_id}_{number}_", f"{number}_"
    own = [row for row in findings if row["rule_id"].startswith(rules)]
    jr_ids = {row["jr_id"] for row in own}
    listed = [row for row in detl if row["jr_id"] in jr_ids]
    return _renamed(own, ("rule_id", "setl_id"), (rules, ids)), _renamed(listed, ("mdtrt_id", "feedetl_sn"), (rules, ids))


def _renamed(rows: Rows, columns: tuple[str, ...], prefixes: tuple[str, ...]) -> Rows:
    return [row | {column: _without(row[column] or "", *prefixes) for column in columns} for row in rows]


def _without(key: str, *prefixes: str) -> str:
    """A key, or the key of a subject joined by ``|``, without the prefixes."""
    parts = key.split("|")
    for prefix in prefixes:
        parts = [part.removeprefix(prefix) for part in parts]
    return "|".join(parts)


def _apart(case: Case, number: int) -> Batch:
    area = f"{number}."
    tables = {name: [_own(row, area) for row in rows] for name, rows in case.tables.items()}
    rules = [{SCOPE: area} | {k: v for k, v in _own(rule, area, (SCOPE, *OWN_CODES)).items() if v} for rule in case.rules]
    return Batch(tables, rules, case.conf, [case.month])


def _own(row: Any, prefix: str, columns: tuple[str, ...] = OWN_CODES) -> Any:
    """The row with the prefix before every entry of the columns."""
    own: Row = {}
    for name, value in row.items():
        separator = "," if name == "drug_trac_codg" else ";"
        is_own = value and name in columns
        own[name] = separator.join(prefix + entry for entry in value.split(separator)) if is_own else value
    return own
