"""Findings grouped into cases and ranked for auditors."""

from lake.tables.schema import Column, Table

CASE_LIST = Table(
    name="case_list",
    meaning="one row per case",
    key=("month", "case_id"),
    partition=("month",),
    columns=(
        Column("case_id", "string", "case: hash of its month and subject"),
        Column("month", "string", "month of the findings, YYYY-MM"),
        Column("rank", "int", "place in the month, 1 first"),
        Column("subject_type", "string", "visit, person, institution or group"),
        Column("subject_key", "string", "key of the subject"),
        Column("fixmedins_code", "string", "institution"),
        Column("psn_no", "string", "insured person; missing if several", identity="pseudonym"),
        Column("mdtrt_id", "string", "visit; missing if several"),
        Column("findings", "int", "number of findings in the case"),
        Column("sev_deg", "int", "lowest sev_deg of its findings"),
        Column("vola_amt", "money", "amount at fault, every line counted once"),
        Column("fund_amt", "money", "part of it that the fund paid"),
        Column("expected_amt", "money", "amount that is expected to be recovered"),
        Column("score", "price", "probability that auditors confirm something of it, by which it is ranked"),
        Column("sampled", "int", "1: in the random sample for unbiased labels"),
        Column("reasons", "string", "why, in Chinese"),
        Column("basis", "string", "where score comes from: model, rates (learnt from conclusions) or prior (configured)"),
        Column("hours", "price", "hours that it takes an auditor"),
        Column("in_quota", "int", "1: within the month's auditor hours"),
    ),
)
