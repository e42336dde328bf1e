"""Judged months: what each was judged with, so that a rerun knows whether anything changed."""

from lake.tables.schema import Column, Table

TASK = Table(
    name="task",
    meaning="one row per judged month",
    key=("month",),
    partition=("month",),
    columns=(
        Column("month", "string", "judged month, YYYY-MM"),
        Column("task_id", "string", "judged month and rule base: <month>@<rulebook_ver>"),
        Column("rulebook_ver", "string", "content hash of the rule base"),
        Column("settings_digest", "string", "hash of the settings that decide findings"),
        Column("as_of", "date", "day up to which waiting times are over"),
        Column("history_from", "date", "first day of the history"),
    ),
)
