"""Dictionary of the codes in the lake: engines join integers."""

from lake.tables.schema import Column, Table

CODE_DICT = Table(
    name="code_dict",
    meaning="one row per code",
    key=("kind", "code"),
    columns=(
        Column("kind", "string", "med (catalogue item), diag (diagnosis) or oprn (operation)"),
        Column("code", "string", "the code"),
        Column("code_key", "int", "its key, unique within the kind and never reused"),
    ),
)
