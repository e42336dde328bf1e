"""Insured persons."""

from lake.tables.schema import Column
from lake.tables.source import source_table

PSN_D = source_table(
    name="psn_d",
    meaning="one row per insured person and batch",
    key=("psn_no",),
    columns=(
        Column("psn_no", "string", "insured person", required=True, filled=True, identity="pseudonym"),
        Column("psn_name", "string", "name", identity="dropped"),
        Column("certno", "string", "number of the identity document", identity="dropped"),
        Column("tel", "string", "telephone", identity="dropped"),
        Column("gend", "string", "sex: 1 male, 2 female, 0 or 9 unknown"),
        Column("brdy", "date", "date of birth"),
        Column("insutype", "string", "kind of insurance"),
        Column("psn_type", "string", "kind of insured person"),
        Column("insu_admdvs", "string", "district that insures the person"),
        Column("emp_no", "string", "employer"),
        Column("psn_insu_date", "date", "first day of insurance"),
        Column("paus_insu_date", "date", "day on which the insurance was suspended"),
        Column("die_date", "date", "date of death"),
    ),
)
