"""What was loaded: every file with its counts."""

from lake.tables.schema import Column, Table

BATCH_FILE = Table(
    name="batch_file",
    meaning="one row per loaded file",
    key=("batch_id", "file"),
    partition=("batch_id",),
    columns=(
        Column("batch_id", "string", "batch"),
        Column("file", "string", "file in the batch's folder"),
        Column("table_name", "string", "table of the file"),
        Column("sha256", "string", "SHA-256 of the file"),
        Column("rows_read", "bigint", "rows in the file, without the header"),
        Column("rows_kept", "bigint", "rows that went into the table"),
        Column("rows_rejected", "bigint", "rows set aside"),
        Column("rows_repeated", "bigint", "identical repeats, loaded once"),
        Column("warnings", "bigint", "values that could not be parsed and became missing"),
    ),
)
