"""On-site checks of stays (移动稽核)."""

from lake.tables.schema import Column
from lake.tables.source import source_table

ONSITE_D = source_table(
    name="onsite_d",
    meaning="one row per check of a visit and batch",
    key=("mdtrt_id", "chk_time"),
    columns=(
        Column("mdtrt_id", "string", "visit", required=True, filled=True),
        Column("chk_time", "timestamp", "time of the check", required=True, filled=True),
        Column("in_bed_flag", "int", "1: the person was in bed, 0: not"),
        Column("id_match_flag", "int", "1: the person in bed is the insured one, 0: not"),
        Column("chker", "string", "code of who checked"),
    ),
)
