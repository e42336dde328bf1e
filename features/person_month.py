"""The features of persons."""

from __future__ import annotations

from features.lines import ADDED
from features.subjects import Extra, Statement, Subject, subject_statements

_COLUMNS = """fact.month, fact.month_no, {key} AS subject, fact.mdtrt_id, fact.psn_no, fact.fixmedins_code, fact.is_stay,
    fact.begin_day, fact.stay_days, fact.is_offsite, fact.main_diag, {added}"""
# A visit told of the person or the institution that it belongs to.
_TOLD = "SELECT {columns} FROM visit_fact AS fact JOIN asked ON asked.month = fact.month WHERE {key} IS NOT NULL"


def told_of(key: str) -> str:
    """The query for visits whose subject is ``key``."""
    columns = _COLUMNS.format(key=key, added=", ".join(f"fact.{name}" for name in ADDED))
    return _TOLD.format(columns=columns, key=key)


SUBJECT = Subject("person", "psn_no", "visit_fact", "psn_no", told_of("fact.psn_no"), "visit_fact_peered")

_CROWDED = """
SELECT month, psn_no AS subject, count(*) AS multi_institution_days
FROM same_day
WHERE institutions >= 2
GROUP BY month, psn_no
"""
_FEATURES = ("told.institutions", "told.multi_institution_days")


def person_statements() -> list[Statement]:
    """Statements that end in ``person_month``."""
    return subject_statements(SUBJECT, [Extra("person_crowded", _CROWDED, ("multi_institution_days",))], (), _FEATURES)
