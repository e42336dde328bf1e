"""Doctors and other practitioners."""

from lake.tables.schema import Column
from lake.tables.source import source_table

PRAC_PSN_D = source_table(
    name="prac_psn_d",
    meaning="one row per practitioner and batch",
    key=("prac_psn_code",),
    columns=(
        Column("prac_psn_code", "string", "practitioner", required=True, filled=True),
        Column("prac_psn_name", "string", "name of the practitioner"),
        Column("fixmedins_code", "string", "institution"),
        Column("dept_codg", "string", "department"),
        Column("caty", "string", "registered specialty"),
        Column("pro_tech_duty", "string", "rank: 231 主任, 232 副主任, 233 主治, 234 医师, 235 医士"),
        Column("hi_dr_flag", "int", "1: may order for insured persons"),
        Column("begndate", "date", "first day of the permission"),
        Column("enddate", "date", "last day of the permission"),
        Column(
            "psn_no",
            "string",
            "the practitioner as an insured person, where the site's register tells it: an addition of ours to the contract",
            identity="pseudonym",
        ),
    ),
)
