"""Publications whose data files are no longer kept."""

from lake.tables.schema import Column, Table

PUBLICATION_EXPIRED = Table(
    name="publication_expired",
    meaning="one row per publication that was vacuumed",
    key=("publication_id",),
    columns=(
        Column("publication_id", "bigint", "the publication; its row in publications stays"),
        Column("expired_on", "date", "day of the vacuum"),
    ),
)
