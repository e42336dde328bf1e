"""Filings of persons: long-term outpatient diseases, accidents, transfers, special drugs."""

from lake.tables.schema import Column
from lake.tables.source import source_table

FILING_D = source_table(
    name="filing_d",
    meaning="one row per filing and batch",
    key=("filing_id",),
    columns=(
        Column("filing_id", "string", "filing", required=True, filled=True),
        Column("psn_no", "string", "insured person", required=True, identity="pseudonym"),
        Column("filing_type", "string", "opsp, accident, transfer or special_drug"),
        Column("opsp_dise_code", "string", "long-term outpatient disease that was granted"),
        Column("begndate", "date", "first day; missing: the filing is unknown"),
        Column("enddate", "date", "last day; missing: open"),
        Column("chk_pay_flag", "int", "accident: 1 payable, 0 not payable"),
    ),
)
