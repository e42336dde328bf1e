"""What later nights did to published findings: withdrawn, amended, waived, restored, each with its reason."""

from lake.tables.schema import Column, Table

FINDING_EVENT = Table(
    name="finding_event",
    meaning="one row per finding that a publication shows otherwise than the one before",
    key=("publication_id", "jr_id"),
    partition=("publication_id",),
    columns=(
        Column("publication_id", "bigint", "publication that shows the finding otherwise"),
        Column("jr_id", "string", "finding"),
        Column("found_for", "string", "month of the finding, YYYY-MM"),
        Column("rule_type_id", "string", "rule type"),
        Column("rule_id", "string", "rule"),
        Column("rule_ver", "int", "version of the rule"),
        Column("from_stas", "string", "state before: active, shadow, waived or withdrawn"),
        Column("to_stas", "string", "state since; withdrawn: the finding stands in `finding` no more"),
        Column(
            "reason",
            "string",
            "撤销, 变更 or 恢复 and what changed since: 数据更正, 规则库变更, 设置变更, 程序变更; of a type that was not judged "
            "规则类型暂缓判定, 规则类型无法判定, 规则类型恢复判定; 豁免, 豁免终止",
        ),
        Column("vola_amt_before", "money", "amount at fault before"),
        Column("vola_amt_after", "money", "amount at fault since; 0.00 if withdrawn"),
        Column("fund_amt_before", "money", "part of it that the fund paid, before"),
        Column("fund_amt_after", "money", "part of it that the fund paid, since; 0.00 if withdrawn"),
    ),
)
