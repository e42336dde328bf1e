"""One row per published night: what readers may see."""

from lake.tables.schema import Column, Table

PUBLICATIONS = Table(
    name="publications",
    meaning="one row per publication",
    key=("publication_id",),
    columns=(
        Column("publication_id", "bigint", "1, 2, 3 …"),
        Column("business_date", "date", "date of the night"),
        Column("month", "string", "month that the night was for, YYYY-MM"),
        Column("judged_months", "strings", "months judged in that night, sorted"),
        Column("rulebook_ver", "string", "content hash of the rule base"),
        Column("settings_digest", "string", "hash of the settings"),
        Column("code_version", "string", "hash of the source files that published"),
        Column("versions", "string", "JSON: the version of every table"),
        Column("contents", "string", "JSON: rows of every table at that version, of findings and refused lines the sums too"),
        Column(
            "content_hash",
            "string",
            "SHA-256 of what the row publishes: two nights with equal content are one publication",
        ),
    ),
)
