"""The features of persons."""

from __future__ import annotations

from features.subjects import Extra, Statement, Subject, subject_statements

SUBJECT = Subject("person", "psn_no", fact="visit_fact", fact_key="psn_no", volume="visit_volume")

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
