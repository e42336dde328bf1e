"""Consents that patients signed."""

from lake.tables.schema import Column
from lake.tables.source import source_table

CONSENT_D = source_table(
    name="consent_d",
    meaning="one row per consent of a visit and batch",
    key=("mdtrt_id", "consent_sn"),
    columns=(
        Column("mdtrt_id", "string", "visit", required=True, filled=True),
        Column("consent_sn", "string", "consent", required=True, filled=True),
        Column("chrgitm_lv", "string", "reimbursement level that the consent covers"),
        Column("med_list_codg", "string", "national code that the consent covers"),
        Column("sign_flag", "int", "1 signed, 0 refused", required=True),
        Column("sign_time", "timestamp", "time of the signature"),
    ),
)
