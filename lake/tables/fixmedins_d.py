"""Institutions under contract."""

from lake.tables.schema import Column
from lake.tables.source import source_table

FIXMEDINS_D = source_table(
    name="fixmedins_d",
    meaning="one row per institution and batch",
    key=("fixmedins_code",),
    columns=(
        Column("fixmedins_code", "string", "institution", required=True, filled=True),
        Column("fixmedins_name", "string", "name of the institution"),
        Column("fixmedins_type", "string", "1 hospital, 2 pharmacy"),
        Column("hosp_lv", "string", "level of the hospital, codes as in setl_d"),
        Column("ownership", "string", "1 public, 2 private"),
        Column("admdvs", "string", "district of the institution"),
        Column("alliance_code", "string", "医共体 that it belongs to"),
        Column("aprv_bed_cnt", "count", "approved beds"),
        Column("begndate", "date", "first day of the contract"),
        Column("enddate", "date", "last day of the contract"),
    ),
)
