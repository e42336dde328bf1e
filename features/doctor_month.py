"""The features of doctors: of the lines that they ordered.

Orders by a doctor who is himself in hospital are left out: registers of doctors and of insured persons share no number, and
names are no proof (docs/decisions/0123).
"""

from __future__ import annotations

from features.lines import ADDED
from features.shrinkage import share
from features.subjects import RATES_BY_TYPE, Extra, Statement, Subject, subject_statements

# Doctors and the persons whom they treated elsewhere than in a pharmacy, and pharmacies with who bought there.
PATIENT_STATEMENTS: tuple[Statement, ...] = (
    (
        "doctor_patient",
        """
SELECT DISTINCT month, subject, psn_no
FROM doctor_fact
WHERE peer_class <> 'PHARM' AND psn_no IS NOT NULL
""",
    ),
    (
        "pharmacy_patient",
        """
SELECT DISTINCT month, fixmedins_code, psn_no
FROM visit_fact
WHERE visit_class = 'PHARM' AND psn_no IS NOT NULL
""",
    ),
    (
        "shared_patient",
        """
SELECT treated.month, treated.subject, bought.fixmedins_code, count(*) AS patients
FROM doctor_patient AS treated
JOIN pharmacy_patient AS bought ON bought.month = treated.month AND bought.psn_no = treated.psn_no
GROUP BY treated.month, treated.subject, bought.fixmedins_code
""",
    ),
)

_PHARMACY = """
WITH buyer AS (SELECT DISTINCT month, psn_no FROM pharmacy_patient),
buying AS (
    SELECT treated.month, treated.subject, count(*) AS pharmacy_patients
    FROM doctor_patient AS treated
    JOIN buyer ON buyer.month = treated.month AND buyer.psn_no = treated.psn_no
    GROUP BY treated.month, treated.subject
),
top AS (
    SELECT month, subject, max(patients) AS top_pharmacy_patients FROM shared_patient GROUP BY month, subject
)
SELECT buying.month, buying.subject, buying.pharmacy_patients, top.top_pharmacy_patients
FROM buying
JOIN top ON top.month = buying.month AND top.subject = buying.subject
"""
SUBJECT = Subject(
    "doctor",
    "bilg_dr_codg",
    f"""
SELECT month, month_no, subject, mdtrt_id, psn_no, fixmedins_code, is_stay, begin_day, stay_days, is_offsite, main_diag,
    {", ".join(ADDED)}
FROM doctor_fact
""",
    "doctor_fact_peered",
    is_of_doctors=True,
)
_FEATURES = (
    "told.patients",
    "told.institutions",
    "told.pharmacy_patients",
    "CASE WHEN told.visit_days > 0 THEN round(CAST(told.short_visits AS DOUBLE) / told.visit_days, 4) END AS visits_per_day",
)


def doctor_statements() -> list[Statement]:
    """Statements that end in ``doctor_month``."""
    rates = (*RATES_BY_TYPE, share("top_pharmacy_share", "top_pharmacy_patients", "pharmacy_patients"))
    pharmacy = Extra("doctor_pharmacy", _PHARMACY, ("pharmacy_patients", "top_pharmacy_patients"))
    return [*PATIENT_STATEMENTS, *subject_statements(SUBJECT, [pharmacy], rates, _FEATURES)]
