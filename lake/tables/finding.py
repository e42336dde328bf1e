"""Findings: a rule row and the lines or visits at fault under it."""

from lake.tables.schema import Column, Table

FINDING = Table(
    name="finding",
    meaning="one row per finding",
    key=("jr_id",),
    partition=("found_for",),
    columns=(
        Column("jr_id", "string", "SHA-256 of rule, version and keys at fault: the same evidence, the same id"),
        Column("task_id", "string", "judged month and rule base: <month>@<rulebook_ver>"),
        Column("rulebook_ver", "string", "content hash of the rule base"),
        Column("rule_type_id", "string", "rule type"),
        Column("rule_id", "string", "rule"),
        Column("rule_ver", "int", "version of the rule"),
        Column("stage", "int", "1 事前, 2 事中, 3 事后"),
        Column("sev_deg", "int", "1 明确违规, 2 高度可疑, 3 轻度可疑"),
        Column("control_mode", "string", "SETTLE 结算控制, ERROR 报错控制, REMIND 提醒控制"),
        Column("poolarea", "string", "district whose pool pays"),
        Column("fixmedins_code", "string", "institution"),
        Column("psn_no", "string", "insured person; missing if several", identity="pseudonym"),
        Column("mdtrt_id", "string", "visit; missing if several"),
        Column("setl_id", "string", "settlement; missing if several"),
        Column("bilg_dept_codg", "string", "department of the last line at fault"),
        Column("bilg_dr_codg", "string", "physician of the last line at fault"),
        Column("found_for", "string", "month of the settlement at fault, YYYY-MM"),
        Column("vola_cont", "string", "the finding in one Chinese sentence"),
        Column("vola_evid", "string", "JSON: the values compared, limits and dates"),
        Column("vola_cnt", "count", "count at fault"),
        Column("vola_amt", "money", "amount at fault"),
        Column("vola_inscp_amt", "money", "part of it within the policy's scope"),
        Column("fund_amt", "money", "part of it that the fund paid"),
        Column("vola_amt_stas", "int", "1 computed, 0 needs review"),
        Column("finding_stas", "string", "active, shadow, waived or withdrawn"),
    ),
)
