"""What was judged: silence is not the same as clean."""

from lake.tables.schema import Column, Table

COVERAGE = Table(
    name="coverage",
    meaning="one row per judged month and rule type",
    key=("month", "rule_type_id"),
    partition=("month",),
    columns=(
        Column("task_id", "string", "judged month and rule base: <month>@<rulebook_ver>"),
        Column("rule_type_id", "string", "rule type"),
        Column("month", "string", "judged month, YYYY-MM"),
        Column("state", "string", "evaluated, not_evaluable or held_back"),
        Column("reason", "string", "why it was not evaluated, or which variants were skipped"),
    ),
)
