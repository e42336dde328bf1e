"""Suspected unnecessary admission."""

from rules.rule_type import Param, RowCheck, RuleType

RULE = RuleType(
    id="S03",
    slug="unnecessary_admission",
    name_zh="疑似低标准入院/小病大治",
    name_en="Suspected unnecessary admission",
    kind="suspicion",
    own_pay=False,
    sev_deg=2,
    control_mode="REMIND",
    stages=(1, 3),
    law="条例38(二)",
    bhvr_code="T380206",
    gz_codes=("GZ10000204005000",),
    shape="stay",
    needs=("mdtrt_d", "setl_d", "fee_list_d", "diag_d"),
    optional=("oprn_d",),
    params=(
        Param("mild_set", "list", "main diagnoses that seldom need admission", required=True, role="diags"),
        Param("max_days", "int", "stays of at most so many nights", unit="day"),
        Param("max_fee", "decimal", "total fee of at most so much", unit="yuan"),
        Param("exam_share", "decimal", "least share of examination and laboratory fees, 0 to 1"),
        Param("age_from", "int", "youngest age judged; default 6", unit="year", default="6"),
        Param("age_to", "int", "oldest age judged; default 64", unit="year", default="64"),
    ),
    sentence="主要诊断{main_diag}，住院{stay_days}天，总费用{medfee_sumamt}元，检查检验占比{exam_ratio}，疑似低标准入院。",
    demo_rules=1860,
    row_checks=(
        RowCheck(
            "max_days",
            "max_days IS NULL AND max_fee IS NULL AND exam_share IS NULL",
            "at least one of max_days, max_fee and exam_share must be given",
        ),
        RowCheck("exam_share", "exam_share > 1", "exam_share must lie between 0 and 1"),
        RowCheck("age_to", "age_from > age_to", "age_to must not be below age_from"),
    ),
)
