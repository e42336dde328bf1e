"""Same-effect drugs at the same time."""

from rules.rule_type import Param, RuleType

RULE = RuleType(
    id="V23",
    slug="same_effect_duplication",
    name_zh="重复用药（药效相同）",
    name_en="Same-effect drugs at the same time",
    kind="violation",
    own_pay=False,
    sev_deg=2,
    control_mode="REMIND",
    stages=(1, 3),
    law="条例38(二)",
    bhvr_code="T380205",
    gz_codes=("GZ10000301006000",),
    shape="pair",
    needs=("fee_list_d", "setl_d"),
    optional=("diag_d",),
    params=(
        Param("med_list_codg", "string", "drug", required=True, role="codes"),
        Param("group_code", "string", "pharmacological group of the drug", required=True),
        Param("ingredient", "string", "active substance; two products of one substance are no pair", required=True),
        Param("allowed_with", "list", "codes of the group it may be combined with", role="codes"),
        Param("min_overlap_days", "int", "shared dates in one visit that make a pair", required=True, unit="day"),
    ),
    sentence="{hilist_name}与同类药品{other_codes}（{group_code}）在{overlap_dates}同时使用，重复用药金额{vola_amt}元。",
    demo_rules=26069,
    evidence={
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "group_code": "rule.group_code",
        "other_codes": "fault.other_codes",
        "overlap_dates": "fault.overlap_dates",
    },
    # Judged over the days of both drugs in rules/shapes/same_effect.py.
    logic={"is_windowed": "FALSE"},
)
