"""What each rule type cost and found in the last audit: the operator's figures, not an auditor's."""

from lake.tables.schema import Column, Table

TYPE_RUN = Table(
    name="type_run",
    meaning="one row per rule type of the last audit",
    key=("rule_type_id",),
    columns=(
        Column("rule_type_id", "string", "rule type"),
        Column("shape", "string", "shape that the type shares"),
        Column("shape_seconds", "double", "seconds of the shape's one pass over all its types"),
        Column("judged_lines", "bigint", "net lines of the judged months"),
        Column("candidates", "bigint", "pairs of a judged line and a rule row that names its code"),
        Column("flagged_lines", "bigint", "lines and visits at fault"),
    ),
)
