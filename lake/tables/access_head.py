"""What nights saw of the access records, kept where whoever cuts the log does not write; rows are only ever added."""

from lake.tables.schema import Column, Table

ACCESS_HEAD = Table(
    name="access_head",
    meaning="one row per night that saw new access records",
    key=("records",),
    columns=(
        Column("records", "bigint", "how many access records there were"),
        Column("mac", "string", "keyed hash of the last of them, chained over all"),
    ),
)
