"""Waivers of findings and their revocations; rows are only ever added."""

from lake.tables.schema import Column, Table

WAIVER = Table(
    name="waiver",
    meaning="one row per waiver granted, and one per waiver revoked",
    key=("waiver_id", "stas"),
    columns=(
        Column("waiver_id", "string", "hash of the waiver's content: importing a file twice adds nothing"),
        Column("stas", "string", "granted or revoked"),
        Column("rule_id", "string", "rule whose findings are waived; missing: those of the type"),
        Column("rule_type_id", "string", "rule type whose findings are waived; missing: those of the rule"),
        Column("fixmedins_code", "string", "institution of the findings; missing: all"),
        Column("diag_prefix", "string", "beginning of a diagnosis of the findings' visit; missing: all"),
        Column("begndate", "date", "first day of what the findings are about; missing: open"),
        Column("enddate", "date", "last day of what the findings are about; missing: open"),
        Column("reason", "string", "why it was granted, or revoked"),
        Column("approver", "string", "who granted it"),
        Column("expires_on", "date", "last business date on which it counts"),
        Column("seq", "int", "order of the rows"),
    ),
)
