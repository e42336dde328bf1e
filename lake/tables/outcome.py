"""What auditors concluded; rows are only ever added."""

from lake.tables.schema import Column, Table

OUTCOME = Table(
    name="outcome",
    meaning="one row per conclusion",
    key=("outcome_id",),
    columns=(
        Column("outcome_id", "string", "hash of the row's content: importing a workbook twice adds nothing"),
        Column("case_id", "string", "case"),
        Column("jr_id", "string", "finding; missing: the whole case"),
        Column("mdtrt_id", "string", "visit of the line; missing: the whole finding"),
        Column("feedetl_sn", "string", "line; missing: the whole finding"),
        Column("conclusion", "string", "成立, 部分成立 or 不成立"),
        Column("confirmed_amt", "money", "amount that was confirmed"),
        Column("reason", "string", "why"),
        Column("auditor", "string", "who concluded"),
        Column("concluded_on", "date", "day of the conclusion"),
        Column("seq", "int", "order of import: of two conclusions of one day the later import counts"),
    ),
)
