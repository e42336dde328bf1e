"""All feature tables in order: (relation, query), ending in relations that bear the tables' names."""

from __future__ import annotations

from features import findings, lines, refills, visits
from features.doctor_month import doctor_statements
from features.institution_month import institution_statements
from features.person_month import person_statements
from features.subjects import Statement
from features.visit_month import visit_statements


def feature_statements() -> list[Statement]:
    """The statements; the relations that they read are told in features/README.md."""
    return [
        *lines.STATEMENTS,
        *visits.STATEMENTS,
        *findings.STATEMENTS,
        *refills.STATEMENTS,
        *person_statements(),
        *doctor_statements(),
        *institution_statements(),
        *visit_statements(),
    ]
