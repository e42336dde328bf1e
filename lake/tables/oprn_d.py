"""Operations of visits."""

from lake.tables.schema import Column
from lake.tables.source import source_table

OPRN_D = source_table(
    name="oprn_d",
    meaning="one row per operation of a visit and batch",
    key=("mdtrt_id", "oprn_srt_no"),
    columns=(
        Column("mdtrt_id", "string", "visit", required=True, filled=True),
        Column("oprn_srt_no", "string", "number of the operation within the visit", required=True, filled=True),
        Column("main_oprn_flag", "int", "1: main operation"),
        Column("oprn_oprt_code", "string", "ICD-9-CM-3 医保版", required=True),
        Column("oprn_oprt_name", "string", "name of the operation"),
        Column("oprn_oprt_begntime", "timestamp", "beginning of the operation"),
        Column("oprn_oprt_endtime", "timestamp", "end of the operation"),
        Column("oper_dr_code", "string", "surgeon"),
    ),
)
