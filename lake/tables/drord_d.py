"""Medical orders of visits."""

from lake.tables.schema import Column
from lake.tables.source import source_table

DRORD_D = source_table(
    name="drord_d",
    meaning="one row per order of a visit and batch",
    key=("mdtrt_id", "drord_no"),
    columns=(
        Column("mdtrt_id", "string", "visit", required=True, filled=True),
        Column("drord_no", "string", "order", required=True, filled=True),
        Column("drord_type", "string", "1 temporary, 2 long, 3 standby"),
        Column("med_list_codg", "string", "national code of the item ordered"),
        Column(
            "medins_list_codg",
            "string",
            "the hospital's own code, mapped by medins_map_d where the national one is missing",
        ),
        Column("drord_isu_time", "timestamp", "time the order was given", required=True),
        Column("drord_endtime", "timestamp", "time the order ended"),
        Column("exec_cnt", "count", "times carried out"),
        Column("medn_used_sdose", "count", "single dose"),
        Column("medn_used_dosunt", "string", "unit of the single dose"),
        Column("medn_use_frqu", "string", "frequency of use"),
        Column("vali_flag", "int", "1 valid, 0 withdrawn"),
    ),
)
