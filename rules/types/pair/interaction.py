"""Drug interaction and incompatibility."""

from rules import words
from rules.rule_type import Param, RowCheck, RuleType

RULE = RuleType(
    id="V25",
    slug="interaction",
    name_zh="药品相互作用/配伍禁忌",
    name_en="Drug interaction and incompatibility",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="ERROR",
    stages=(1, 3),
    law="条例38(二)",
    bhvr_code="T380206",
    gz_codes=("GZ10000301011000", "GZ10000301012000"),
    shape="pair",
    needs=("fee_list_d", "setl_d"),
    optional=(),
    params=(
        Param("code_a", "string", "drug A", required=True, role="codes"),
        Param("code_b", "string", "drug B, the one at fault", required=True, role="codes"),
        Param("window", "enum", "rx for slices and infusions, day for others", required=True, one_of=("rx", "day")),
        Param("amount_mode", "enum", "none = a safety finding without money", required=True, one_of=("line", "none")),
    ),
    sentence="{code_a}与{hilist_name}在{window_value}（{window}）合用，存在相互作用或配伍禁忌，涉及金额{vola_amt}元。",
    demo_rules=28552,
    row_checks=(RowCheck("code_b", "code_a = code_b", "code_b must differ from code_a"),),
    evidence={
        "code_a": "rule.code_a_text",
        "code_b": "rule.code_b_text",
        "hilist_name": "line.hilist_name",
        "window": "rule.window",
        "window_value": "fault.window_value",
    },
    words={"window": words.WINDOW},
    # amount_mode none is a safety finding without money.
    logic={
        "is_windowed": "TRUE",
        "is_kept_side": "target.side = 'code_a'",
        "window_condition": "held.kinds_a > 0",
        "line_fault": "TRUE",
        "amt_kind": "CASE rule.amount_mode WHEN 'none' THEN 'none' ELSE 'line' END",
    },
)
