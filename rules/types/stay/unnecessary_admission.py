"""Suspected unnecessary admission."""

from rules.engines.portable import count, money
from rules.rule_type import Param, RowCheck, RuleType
from rules.shapes.ages import complete_years
from rules.shapes.entries import main_kind

AGE_AT_BEGIN = complete_years("visit.brdy", "CAST(visit.begn_time AS DATE)")
NIGHTS = "CAST(greatest(datediff(CAST(visit.end_time AS DATE), CAST(visit.begn_time AS DATE)), 1) AS INT)"

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
    evidence={
        "main_diag": "fault.codes",
        "mild_set": "rule.mild_set_text",
        "stay_days": NIGHTS,
        "medfee_sumamt": money("visit.fee_amt"),
        "exam_ratio": count("fault.measure"),
        "age": AGE_AT_BEGIN,
    },
    # ``condition``: the visit's header; ``named_fault``: every measure that the row gives. A stay without lines has unknown
    # fee and share. Where no operations were delivered, a line of an operation or of unknown type spares.
    logic={
        "entry_kind": main_kind("rule.mild_set"),
        "entry_text": "rule.mild_set_text",
        "entry_keys": "rule.mild_set_keys",
        "narrow": "visit.visit_class = 'IPT'",
        "condition": f"""visit.dscg_way IN ('1', '3', '4', '9') AND NOT visit.has_oprn
            AND {AGE_AT_BEGIN} BETWEEN rule.age_from AND rule.age_to""",
        "named_fault": f"""(rule.max_days IS NULL OR {NIGHTS} <= rule.max_days)
            AND (rule.max_fee IS NULL OR visit.fee_amt * 10000 <= rule.max_fee)
            AND (rule.exam_share IS NULL OR fee.exam_share * 100 >= rule.exam_share)
            AND ({{has_oprn_d}} OR NOT coalesce(fee.may_hold_operation, FALSE))""",
    },
)
