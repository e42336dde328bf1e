"""What the fund refuses to pay: every line once."""

from lake.tables.schema import Column, Table

REFUSE_LIST = Table(
    name="refuse_list",
    meaning="one row per refused line",
    key=("month", "mdtrt_id", "setl_id", "feedetl_sn", "jr_id"),
    partition=("month",),
    columns=(
        Column("month", "string", "month of the settlement, YYYY-MM"),
        Column("mdtrt_id", "string", "visit"),
        Column("setl_id", "string", "settlement"),
        Column("feedetl_sn", "string", "line"),
        Column("jr_id", "string", "finding that it is refused by"),
        Column("rule_id", "string", "rule of that finding"),
        Column("vola_amt", "money", "amount at fault"),
        Column("vola_inscp_amt", "money", "part of it within the policy's scope"),
        Column("fund_amt", "money", "part of it that the fund refuses"),
    ),
)
