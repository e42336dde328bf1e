"""Monthly stock of drugs and consumables."""

from lake.tables.schema import Column
from lake.tables.source import source_table

INVENTORY_D = source_table(
    name="inventory_d",
    meaning="one row per institution, item, month and batch",
    key=("fixmedins_code", "med_list_codg", "ym"),
    columns=(
        Column("fixmedins_code", "string", "institution", required=True, filled=True),
        Column("med_list_codg", "string", "national code of the item", required=True, filled=True),
        Column("ym", "string", "month, YYYY-MM", required=True, filled=True),
        Column("open_cnt", "count", "count in stock at the beginning"),
        Column("buy_cnt", "count", "count bought"),
        Column("buy_net_cnt", "count", "count bought through the online procurement platform"),
        Column("return_cnt", "count", "count given back"),
        Column("close_cnt", "count", "count in stock at the end"),
    ),
)
