"""Labels from auditors' conclusions: what is known of each case, doctor and institution, since when, and how it was chosen.

Statements for DuckDB over relations ``finding`` (members of cases), ``case_row`` and ``outcome``: they grow with the cases.
"""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pyarrow as pa

from lake.tables.risk_label import RISK_LABEL

# One row per finding with what was concluded: on its lines or on itself, else on its case.
CONCLUDED = """
CREATE TABLE concluded AS
WITH latest AS (
    SELECT case_id, jr_id, feedetl_sn, arg_max(conclusion, (concluded_on, seq)) <> '不成立' AS is_upheld,
           max(concluded_on) AS concluded_on
    FROM outcome
    GROUP BY case_id, jr_id, mdtrt_id, feedetl_sn
),
on_finding AS (
    SELECT jr_id, bool_or(is_upheld) AS is_upheld, min(concluded_on) FILTER (WHERE is_upheld) AS upheld_on,
           max(concluded_on) AS last_on
    FROM latest
    WHERE jr_id IS NOT NULL
    GROUP BY jr_id
),
on_case AS (
    SELECT case_id, is_upheld, concluded_on FROM latest WHERE jr_id IS NULL
)
SELECT finding.jr_id, finding.case_id, finding.month, finding.bilg_dr_codg, finding.fixmedins_code,
       coalesce(on_finding.is_upheld, on_case.is_upheld) AS is_upheld,
       CASE WHEN on_finding.jr_id IS NULL THEN on_case.concluded_on
            ELSE coalesce(on_finding.upheld_on, on_finding.last_on) END AS known_on
FROM finding
LEFT JOIN on_finding ON on_finding.jr_id = finding.jr_id
LEFT JOIN on_case ON on_case.case_id = finding.case_id
"""
# One row per case with the chance that it was looked at: drawn with one of its findings, or chosen, as often as cases of its
# tenth of the month's ranks were that were not drawn. Only months that were reviewed tell.
CHANCES = """
CREATE TABLE chance AS
WITH placed AS (
    SELECT case_id, month, findings, sampled, fund_amt,
           (rank - 1) * 10 // count(*) OVER (PARTITION BY month) AS tenth
    FROM case_row
),
looked AS (
    SELECT placed.case_id, placed.month, placed.findings, placed.sampled, placed.fund_amt, placed.tenth,
           EXISTS (SELECT 1 FROM concluded WHERE concluded.case_id = placed.case_id AND is_upheld IS NOT NULL) AS is_looked_at
    FROM placed
),
reviewed AS (
    SELECT case_id, month, findings, sampled, fund_amt, tenth, is_looked_at,
           bool_or(is_looked_at) OVER (PARTITION BY month) AS is_month_reviewed
    FROM looked
),
chosen AS (
    SELECT tenth, count_if(is_looked_at) / count(*) AS share
    FROM reviewed
    WHERE is_month_reviewed AND sampled = 0
    GROUP BY tenth
)
SELECT reviewed.case_id, reviewed.month, reviewed.fund_amt,
       CASE WHEN is_month_reviewed THEN drawn.chance + (1 - drawn.chance) * coalesce(chosen.share, 0) END AS chance
FROM reviewed
CROSS JOIN LATERAL (SELECT 1 - pow(1 - $share, reviewed.findings) AS chance) AS drawn
LEFT JOIN chosen ON chosen.tenth = reviewed.tenth
"""
SUBJECTS = {"case": "concluded.case_id", "doctor": "concluded.bilg_dr_codg", "institution": "concluded.fixmedins_code"}
LABELS = """
WITH of_case AS (
    SELECT {key} AS subject_key, concluded.month, concluded.case_id,
           any_value(chance.chance) AS chance, any_value(chance.fund_amt) AS fund_amt,
           count(*) AS findings, count(is_upheld) AS concluded,
           coalesce(bool_or(is_upheld), FALSE) AS is_upheld,
           min(known_on) FILTER (WHERE is_upheld) AS upheld_on, max(known_on) AS last_on
    FROM concluded
    JOIN chance ON chance.case_id = concluded.case_id
    WHERE {key} IS NOT NULL
    GROUP BY ALL
),
of_subject AS (
    SELECT subject_key, month, sum(findings) AS findings, sum(concluded) AS concluded, bool_or(is_upheld) AS is_upheld,
           min(upheld_on) AS upheld_on, max(last_on) AS last_on,
           1 - product(1 - chance) AS chance, sum(fund_amt) AS amount
    FROM of_case
    GROUP BY subject_key, month
)
SELECT '{subject}' AS subject_type, subject_key, month,
       CASE WHEN is_upheld THEN 1 WHEN concluded = findings THEN 0 END AS label,
       CASE WHEN is_upheld THEN upheld_on WHEN concluded = findings THEN last_on END AS known_on,
       findings, concluded, chance, amount
FROM of_subject
"""


def labels(findings: pa.Table, cases: pa.Table, outcomes: pa.Table, sample_share: Decimal) -> pa.Table:
    """The rows of ``risk_label``. ``findings``: jr_id, case_id, month, bilg_dr_codg, fixmedins_code of the cases' findings;
    ``cases``: case_id, month, rank, findings, sampled, fund_amt; ``sample_share``: share of findings drawn at random.
    """
    connection = duckdb.connect(config={"threads": 1})
    for name, rows in (("finding", findings), ("case_row", cases), ("outcome", outcomes)):
        connection.register(name, rows)
    connection.execute(CONCLUDED)
    connection.execute(CHANCES, {"share": float(sample_share)})
    every = " UNION ALL ".join(f"({LABELS.format(subject=subject, key=key)})" for subject, key in SUBJECTS.items())
    rows = connection.sql(f"SELECT * FROM ({every}) ORDER BY subject_type, subject_key, month")
    return rows.to_arrow_table().cast(RISK_LABEL.arrow_schema())
