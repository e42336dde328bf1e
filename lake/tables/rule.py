"""The rule base as loaded: every accepted rule row."""

from lake.tables.schema import Column, Table

RULE = Table(
    name="rule",
    meaning="one row per rule and version",
    key=("rule_id", "rule_ver"),
    partition=("rule_type_id",),
    columns=(
        Column("rule_type_id", "string", "one of the 40 rule types", required=True),
        Column("rule_id", "string", "rule; never reused", required=True),
        Column("rule_ver", "int", "version of the rule", required=True),
        Column("begndate", "date", "first day of validity; missing: open"),
        Column("enddate", "date", "last day of validity; missing: open"),
        Column("sev_deg", "int", "1 明确违规, 2 高度可疑, 3 轻度可疑; missing: the type's default"),
        Column("control_mode", "string", "SETTLE 结算控制, ERROR 报错控制, REMIND 提醒控制; missing: the type's default"),
        Column("insutype", "string", "scope: kinds of insurance, separated by ;"),
        Column("med_class", "string", "scope: visit classes, separated by ;"),
        Column("hosp_lv", "string", "scope: levels, separated by ;"),
        Column("poolarea", "string", "scope: prefixes of insuring districts, separated by ;"),
        Column("exempt_dept", "string", "departments that the rule spares, prefixes separated by ;"),
        Column("exempt_diag", "string", "diagnoses that the rule spares, prefixes and ranges separated by ;"),
        Column("stas", "string", "active, shadow or retired"),
        Column("gz_code", "string", "national rule code"),
        Column("src_doc", "string", "source document"),
        Column("tip", "string", "text for the doctor"),
        Column("params", "string", "the type's own parameters as written: a JSON object with sorted keys"),
        Column("origin", "string", "official (from published knowledge) or generated (demo)"),
    ),
)
