"""Lines that doctors ordered on days on which they were in hospital themselves (docs/decisions/0141).

Reads ``doctor_person``: by asked month, doctors (bilg_dr_codg) whose own number (psn_no) the register told by its end.
"""

from __future__ import annotations

from features.shrinkage import share
from features.subjects import Extra, Statement

# Stays of doctors, as settled by the month's end, that have days between admission and discharge.
OWN_STAY = """
SELECT doctor.month, doctor.bilg_dr_codg, CAST(stay.begn_time AS DATE) AS admitted, CAST(stay.end_time AS DATE) AS discharged
FROM doctor_person AS doctor
JOIN asked ON asked.month = doctor.month
JOIN visit AS stay ON stay.psn_no = doctor.psn_no AND stay.month BETWEEN asked.reach_from AND asked.month
WHERE stay.visit_class = 'IPT' AND datediff(CAST(stay.end_time AS DATE), CAST(stay.begn_time AS DATE)) > 1
"""

# One row for each month, doctor with such a stay, and day that lines of theirs bear.
ORDERED_DAY = """
WITH patient AS (SELECT DISTINCT month, bilg_dr_codg FROM own_stay)
SELECT line.month, line.bilg_dr_codg, line.fee_date, count(*) AS lines
FROM line
JOIN patient ON patient.month = line.month AND patient.bilg_dr_codg = line.bilg_dr_codg
GROUP BY line.month, line.bilg_dr_codg, line.fee_date
"""

# One row for each month and doctor whose own number is known. Stays may overlap: a day counts once.
DOCTOR_LINKED = """
WITH day_in_hospital AS (
    SELECT DISTINCT ordered.month, ordered.bilg_dr_codg, ordered.fee_date, ordered.lines
    FROM ordered_day AS ordered
    JOIN own_stay AS stay ON stay.month = ordered.month AND stay.bilg_dr_codg = ordered.bilg_dr_codg
        AND ordered.fee_date > stay.admitted AND ordered.fee_date < stay.discharged
),
in_hospital AS (
    SELECT month, bilg_dr_codg, CAST(sum(lines) AS BIGINT) AS lines FROM day_in_hospital GROUP BY month, bilg_dr_codg
)
SELECT doctor.month, doctor.bilg_dr_codg AS subject, volume.lines AS linked_lines,
    coalesce(in_hospital.lines, 0) AS own_stay_lines
FROM doctor_person AS doctor
JOIN doctor_volume AS volume ON volume.month = doctor.month AND volume.subject = doctor.bilg_dr_codg
LEFT JOIN in_hospital ON in_hospital.month = doctor.month AND in_hospital.bilg_dr_codg = doctor.bilg_dr_codg
"""

STATEMENTS: tuple[Statement, ...] = (("own_stay", OWN_STAY), ("ordered_day", ORDERED_DAY))
EXTRA = Extra("doctor_linked", DOCTOR_LINKED, ("linked_lines", "own_stay_lines"))
RATE = share("own_stay_share", "own_stay_lines", "linked_lines")
# A row without a link counts 0 of them.
LINKED_LINES = "nullif(told.linked_lines, 0) AS linked_lines"
