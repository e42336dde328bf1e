"""Course and nursing records."""

from lake.tables.schema import Column
from lake.tables.source import source_table

RECORD_D = source_table(
    name="record_d",
    meaning="one row per record of a visit and batch",
    key=("mdtrt_id", "rec_sn"),
    columns=(
        Column("mdtrt_id", "string", "visit", required=True, filled=True),
        Column("rec_sn", "string", "record", required=True, filled=True),
        Column("rec_type", "string", "course, nursing, treatment or operation"),
        Column("med_list_codg", "string", "national code of the item that the record proves"),
        Column("rec_time", "timestamp", "time of the record", required=True),
        Column("in_bed_flag", "int", "1: the person was in bed, 0: not"),
    ),
)
