"""How far scores and features of a month lie from what the champion learnt from."""

from lake.tables.schema import Column, Table

RISK_DRIFT = Table(
    name="risk_drift",
    meaning="one row per kind of subject, month, and feature of the champion; the score is the feature *",
    key=("subject_type", "month", "feature"),
    partition=("month",),
    columns=(
        Column("subject_type", "string", "case, doctor or institution"),
        Column("month", "string", "month scored, YYYY-MM"),
        Column("feature", "string", "column of the model; * for its score"),
        Column("psi", "price", "population stability index against the rows learnt from (score: against the rows judged on)"),
        Column("mark", "price", "index above which it counts as shifted: the setting, or what chance gives with so few rows"),
        Column("is_shifted", "int", "1: above the mark"),
        Column("rows", "int", "rows of the month"),
        Column("model_version", "string", "registered model and version"),
    ),
)
