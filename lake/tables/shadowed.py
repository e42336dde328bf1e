"""Which finding is not listed because auditors hardly ever confirm its rule."""

from lake.tables.schema import Column, Table

SHADOWED = Table(
    name="shadowed",
    meaning="one row per finding whose rule went to shadow by its confirmation rate",
    key=("found_for", "jr_id"),
    partition=("found_for",),
    columns=(
        Column("found_for", "string", "month of the finding, YYYY-MM"),
        Column("jr_id", "string", "finding"),
        Column("since", "date", "business date from which on it is not listed"),
    ),
)
