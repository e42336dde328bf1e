"""The features of institutions. Reads ``institution`` (month, fixmedins_code, aprv_bed_cnt) and ``inventory`` (month,
fixmedins_code, med_list_codg, buy_cnt, buy_net_cnt) beside bills and findings, as each month knew them."""

from __future__ import annotations

from features.doctor_month import shared_patients
from features.shrinkage import share
from features.subjects import RATES_BY_TYPE, Extra, Statement, Subject, subject_statements

SUBJECT = Subject("institution", "fixmedins_code", fact="visit_fact", fact_key="fixmedins_code", volume="visit_volume")

_DOCTORS = """
SELECT month, fixmedins_code AS subject, size(collect_set(subject)) AS doctors
FROM doctor_fact
GROUP BY month, fixmedins_code
"""
_BEDS = """
SELECT institution.month, institution.fixmedins_code AS subject, CAST(institution.aprv_bed_cnt AS BIGINT) AS beds,
    CAST(institution.aprv_bed_cnt AS BIGINT) * asked.days AS bed_days
FROM institution
JOIN asked ON asked.month = institution.month
WHERE institution.aprv_bed_cnt > 0
"""
# An item bought weighs as much as another, whatever its count: counts of pills and of stents do not add up.
_BOUGHT = """
SELECT month, fixmedins_code AS subject, count(*) AS items_bought,
    sum(least(greatest(CAST(buy_net_cnt AS DOUBLE) / CAST(buy_cnt AS DOUBLE), 0.0), 1.0)) AS online
FROM inventory
WHERE buy_cnt > 0 AND buy_net_cnt IS NOT NULL
GROUP BY month, fixmedins_code
"""
_PRESCRIBED = ("prescribed_patients", "top_doctor_patients")
EXTRAS = (
    Extra("institution_doctors", _DOCTORS, ("doctors",)),
    Extra("institution_beds", _BEDS, ("beds", "bed_days")),
    Extra("institution_bought", _BOUGHT, ("items_bought", "online")),
    shared_patients("institution_prescribed", "pharmacy_patient", "fixmedins_code", "doctor_patient", _PRESCRIBED),
)
_FEATURES = (
    "told.patients",
    "told.doctors",
    "nullif(told.beds, 0) AS aprv_bed_cnt",
    "CASE WHEN told.bed_days > 0 THEN round(CAST(told.stay_days AS DOUBLE) / told.bed_days, 4) END AS bed_share",
    "told.items_bought",
    "told.prescribed_patients",
)


def institution_statements() -> list[Statement]:
    """Statements that end in ``institution_month``; those of features/doctor_month.py come before them."""
    rates = (
        *RATES_BY_TYPE,
        share("admission_share", "stays", "visits"),
        share("online_share", "online", "items_bought"),
        share("top_doctor_share", "top_doctor_patients", "prescribed_patients"),
    )
    return subject_statements(SUBJECT, EXTRAS, rates, _FEATURES)
