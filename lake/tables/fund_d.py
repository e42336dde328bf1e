"""Monthly accounts of the fund."""

from lake.tables.schema import Column
from lake.tables.source import source_table

FUND_D = source_table(
    name="fund_d",
    meaning="one row per district, month, kind of insurance and batch",
    key=("admdvs", "ym", "insutype"),
    columns=(
        Column("admdvs", "string", "district", required=True, filled=True),
        Column("ym", "string", "month, YYYY-MM", required=True, filled=True),
        Column("insutype", "string", "kind of insurance", required=True, filled=True),
        Column("income", "money", "income of the month"),
        Column("expend", "money", "expenditure of the month"),
        Column("balance", "money", "balance at the end of the month"),
        Column("budget", "money", "expenditure that the budget allows"),
    ),
)
