"""Rows of the rule base that were set aside."""

from lake.tables.schema import Column, Table

RULE_REJECTS = Table(
    name="rule_rejects",
    meaning="one row per refused rule row",
    key=("file", "line_no"),
    columns=(
        Column("file", "string", "rule file"),
        Column("line_no", "bigint", "line in it; the header is line 1"),
        Column("rule_type_id", "string", "rule type"),
        Column("rule_id", "string", "rule as written"),
        Column("rule_ver", "string", "version as written"),
        Column("param", "string", "parameter or column that is wrong"),
        Column("reason", "string", "what is wrong and what would be right"),
    ),
)
