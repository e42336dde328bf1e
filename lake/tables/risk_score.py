"""Scores of the night by the champions: of cases, doctors and institutions, month by month."""

from lake.tables.schema import Column, Table

RISK_SCORE = Table(
    name="risk_score",
    meaning="one row per subject and month that a champion scored; no rows of a kind of subject without a champion",
    key=("subject_type", "subject_key", "month"),
    partition=("month",),
    columns=(
        Column("subject_type", "string", "case, doctor or institution"),
        Column("subject_key", "string", "case_id, code of the doctor, or fixmedins_code"),
        Column("month", "string", "month scored, YYYY-MM"),
        Column("probability", "price", "calibrated probability that auditors confirm something of the subject's in the month"),
        Column("margin", "price", "log-odds before calibration, which orders subjects of one probability too"),
        Column("reasons", "string", "three to five sentences in Chinese: value, peers' median, share of the score"),
        Column("model_version", "string", "registered model and version"),
        Column("model_digest", "string", "SHA-256 of the model's files"),
    ),
)
