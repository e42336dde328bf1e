"""Rows of landing files that were set aside."""

from lake.tables.schema import Column, Table

REJECTS = Table(
    name="rejects",
    meaning="one row per rejected row",
    key=("batch_id", "file", "line_no"),
    partition=("batch_id",),
    columns=(
        Column("batch_id", "string", "batch"),
        Column("file", "string", "file in the batch's folder"),
        Column("line_no", "bigint", "line in the file: the header is line 1; Parquet counts rows from 1"),
        Column("column", "string", "column that is wrong; missing: the row as a whole"),
        Column("reason", "string", "code of what is wrong"),
        Column("key", "string", "key of the row, persons pseudonymised"),
        Column("table_name", "string", "table of the file"),
    ),
)
