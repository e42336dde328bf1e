"""Map of hospitals' own catalogues onto the national codes."""

from lake.tables.schema import Column
from lake.tables.source import source_table

MEDINS_MAP_D = source_table(
    name="medins_map_d",
    meaning="one row per hospital item and batch",
    key=("fixmedins_code", "medins_list_codg"),
    columns=(
        Column("fixmedins_code", "string", "institution", required=True, filled=True),
        Column("medins_list_codg", "string", "the hospital's own code", required=True, filled=True),
        Column("med_list_codg", "string", "national code", required=True),
        Column("begndate", "date", "first day of the mapping"),
        Column("enddate", "date", "last day of the mapping"),
    ),
)
