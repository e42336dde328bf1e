"""The lines or visits of each finding."""

from lake.tables.schema import Column, Table

FINDING_DETL = Table(
    name="finding_detl",
    meaning="one row per finding and line",
    key=("jr_id", "mdtrt_id", "feedetl_sn"),
    partition=("found_for",),
    columns=(
        Column("jr_id", "string", "finding"),
        Column("mdtrt_id", "string", "visit; * for a subject without lines"),
        Column("feedetl_sn", "string", "line; * for the whole visit; the subject's key where mdtrt_id is *"),
        Column("vola_item_type", "int", "1 违规项: at fault, 2 涉及项: what it conflicts with"),
        Column("vola_cnt", "count", "count at fault"),
        Column("vola_amt", "money", "amount at fault; 0.00 for 涉及项"),
        Column("vola_inscp_amt", "money", "part of it within the policy's scope"),
        Column("fund_amt", "money", "part of it that the fund paid"),
        Column("found_for", "string", "month of the finding, YYYY-MM"),
    ),
)
