"""Examination and laboratory reports."""

from lake.tables.schema import Column
from lake.tables.source import source_table

REPORT_D = source_table(
    name="report_d",
    meaning="one row per report of a visit and batch",
    key=("mdtrt_id", "rpotc_no"),
    columns=(
        Column("mdtrt_id", "string", "visit", required=True, filled=True),
        Column("rpotc_no", "string", "report", required=True, filled=True),
        Column("med_list_codg", "string", "national code of the examination"),
        Column("exam_date", "date", "date of the examination"),
        Column("rpt_date", "date", "date of the report"),
        Column("exam_rslt_abn", "string", "result: 0 normal, 1 abnormal"),
    ),
)
