"""Tables that come from landing files: what the lake adds to each of them."""

from lake.tables.schema import Column, Table

# Every typed row of every batch stays; the row of the greatest batch_id in text order is the current one of its key.
INTERNAL = (
    Column("batch_id", "string", "batch that brought the row", internal=True),
    Column("file", "string", "file in the batch's folder", internal=True),
    Column("line_no", "bigint", "line in the file: the header is line 1; Parquet counts rows from 1", internal=True),
)


def source_table(name: str, meaning: str, key: tuple[str, ...], columns: tuple[Column, ...]) -> Table:
    """A table of landing files; ``key`` is unique within a batch, and a batch is what one load replaces."""
    return Table(name, meaning, columns + INTERNAL, key, partition=("batch_id",), source=True)
