"""What auditors' conclusions say of cases, doctors and institutions, and since when: what risk models learn from."""

from lake.tables.schema import Column, Table

RISK_LABEL = Table(
    name="risk_label",
    meaning="one row per case, and per doctor and institution with a finding in the month",
    key=("subject_type", "subject_key", "month"),
    partition=("month",),
    columns=(
        Column("subject_type", "string", "case, doctor or institution"),
        Column("subject_key", "string", "case_id, code of the doctor, or fixmedins_code"),
        Column("month", "string", "month of the findings, YYYY-MM"),
        Column("label", "int", "1: something was confirmed, 0: everything was concluded and nothing confirmed; missing: unknown"),
        Column("known_on", "date", "day on which the label became known: first confirmation, or last refutation"),
        Column("findings", "int", "findings of the subject in the month"),
        Column("concluded", "int", "of these concluded"),
        Column(
            "chance", "price", "chance that the subject was looked at, by rank and random sample; missing: month not reviewed"
        ),
        Column("amount", "money", "amount that the fund paid for the findings' cases: what a ranking by amount goes by"),
    ),
)
