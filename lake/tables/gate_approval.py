"""Refused batches that a named person released; rows are only ever added."""

from lake.tables.schema import Column, Table

GATE_APPROVAL = Table(
    name="gate_approval",
    meaning="one row per release",
    key=("batch_id", "content", "approved_at"),
    columns=(
        Column("batch_id", "string", "batch"),
        Column("content", "string", "SHA-256 over the batch's files: a batch that is sent again must be released again"),
        Column("reason", "string", "why it was released"),
        Column("approved_by", "string", "who released it"),
        Column("approved_at", "timestamp", "when"),
    ),
)
