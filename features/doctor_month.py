"""The features of doctors: of the lines that they ordered."""

from __future__ import annotations

from features import own_stays
from features.shrinkage import share
from features.subjects import RATES_BY_TYPE, Extra, Statement, Subject, subject_statements

# Doctors and the persons whom they treated elsewhere than in a pharmacy, and pharmacies with who bought there.
PATIENT_STATEMENTS: tuple[Statement, ...] = (
    (
        "doctor_patient",
        """
SELECT DISTINCT fact.month, fact.subject, fact.psn_no
FROM doctor_fact AS fact
WHERE fact.peer_class <> 'PHARM' AND fact.psn_no IS NOT NULL
""",
    ),
    (
        "pharmacy_patient",
        """
SELECT DISTINCT fact.month, fact.fixmedins_code, fact.psn_no
FROM visit_fact AS fact
WHERE fact.visit_class = 'PHARM' AND fact.psn_no IS NOT NULL
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

_SHARED = """
WITH other AS (SELECT DISTINCT month, psn_no FROM {others}),
seen AS (
    SELECT own.month, own.{key} AS subject, count(*) AS {count}
    FROM {own} AS own
    JOIN other ON other.month = own.month AND other.psn_no = own.psn_no
    GROUP BY own.month, own.{key}
),
top AS (
    SELECT month, {key} AS subject, max(patients) AS {most} FROM shared_patient GROUP BY month, {key}
)
SELECT seen.month, seen.subject, seen.{count}, top.{most}
FROM seen
JOIN top ON top.month = seen.month AND top.subject = seen.subject
"""


def shared_patients(relation: str, own: str, key: str, others: str, counts: tuple[str, str]) -> Extra:
    """Of each ``key`` of ``own`` the patients whom ``others`` have too, and the most that it shares with a single one of them."""
    count, most = counts
    return Extra(relation, _SHARED.format(own=own, key=key, others=others, count=count, most=most), counts)


SUBJECT = Subject(
    "doctor", "bilg_dr_codg", fact="doctor_fact", fact_key="subject", volume="doctor_part_volume", is_of_doctors=True
)
_FEATURES = (
    "told.patients",
    "told.institutions",
    "told.pharmacy_patients",
    own_stays.LINKED_LINES,
    "CASE WHEN told.visit_days > 0 THEN round(CAST(told.short_visits AS DOUBLE) / told.visit_days, 4) END AS visits_per_day",
)


def doctor_statements() -> list[Statement]:
    """Statements that end in ``doctor_month``."""
    rates = (*RATES_BY_TYPE, share("top_pharmacy_share", "top_pharmacy_patients", "pharmacy_patients"), own_stays.RATE)
    counts = ("pharmacy_patients", "top_pharmacy_patients")
    pharmacy = shared_patients("doctor_pharmacy", "doctor_patient", "subject", "pharmacy_patient", counts)
    extras = (pharmacy, own_stays.EXTRA)
    return [*PATIENT_STATEMENTS, *own_stays.STATEMENTS, *subject_statements(SUBJECT, extras, rates, _FEATURES)]
