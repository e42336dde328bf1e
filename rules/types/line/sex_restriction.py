"""Sex restriction (drug, item, consumable)."""

from rules import words
from rules.rule_type import Param, RuleType

RULE = RuleType(
    id="V02",
    slug="sex_restriction",
    name_zh="限性别",
    name_en="Sex restriction (drug, item, consumable)",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="SETTLE",
    stages=(1, 2, 3),
    law="条例38(六)",
    bhvr_code="T380601",
    gz_codes=("GZ10000301004000", "GZ10000302004000"),
    shape="line",
    needs=("fee_list_d", "setl_d"),
    optional=("psn_d",),
    params=(
        Param("med_list_codg", "string", "code limited to one sex", required=True, role="codes"),
        Param("allowed_gend", "enum", "the sex it may be used for", required=True, one_of=("1", "2")),
    ),
    sentence="{hilist_name}限性别{allowed_gend}使用，参保人性别为{gend}，涉及金额{vola_amt}元。",
    demo_rules=9421,
    gz_new_2025=("医用耗材与性别不符",),
    evidence={
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "gend": "line.gend",
        "allowed_gend": "rule.allowed_gend",
    },
    words={"gend": words.SEX, "allowed_gend": words.SEX},
    # An unknown sex (0, 9, missing) is NULL in line.gend and so is the comparison.
    logic={"condition": "line.gend <> rule.allowed_gend"},
)
