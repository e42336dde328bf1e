"""Which finding is waived by which waiver."""

from lake.tables.schema import Column, Table

WAIVED = Table(
    name="waived",
    meaning="one row per waived finding",
    key=("found_for", "jr_id"),
    partition=("found_for",),
    columns=(
        Column("found_for", "string", "month of the finding, YYYY-MM"),
        Column("jr_id", "string", "finding"),
        Column("waiver_id", "string", "the waiver that it falls under; of several the one imported first"),
    ),
)
