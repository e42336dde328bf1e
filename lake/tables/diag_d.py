"""Diagnoses of visits."""

from lake.tables.schema import Column
from lake.tables.source import source_table

DIAG_D = source_table(
    name="diag_d",
    meaning="one row per diagnosis of a visit and batch",
    key=("mdtrt_id", "diag_srt_no"),
    columns=(
        Column("mdtrt_id", "string", "visit", required=True, filled=True),
        Column("diag_srt_no", "string", "number of the diagnosis within the visit", required=True, filled=True),
        Column("psn_no", "string", "insured person", identity="pseudonym"),
        Column("inout_diag_type", "string", "1 at admission, 2 at discharge"),
        Column("maindiag_flag", "int", "1: main diagnosis"),
        Column("diag_code", "string", "ICD-10 医保版, or a 中医 code (two or more dots)", required=True),
        Column("diag_name", "string", "name of the diagnosis"),
        Column("adm_cond_type", "string", "condition at admission"),
        Column("vali_flag", "int", "1 valid, 0 withdrawn"),
    ),
)
