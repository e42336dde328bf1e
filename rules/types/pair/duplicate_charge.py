"""Duplicate charging (item–item, item–consumable)."""

from rules import words
from rules.engines.portable import count
from rules.rule_type import Param, RowCheck, RuleType

RULE = RuleType(
    id="V14",
    slug="duplicate_charge",
    name_zh="重复收费",
    name_en="Duplicate charging (item–item, item–consumable)",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="ERROR",
    stages=(1, 2, 3),
    law="条例38(三)",
    bhvr_code="T380301",
    gz_codes=("GZ10000102012000",),
    shape="pair",
    needs=("fee_list_d", "setl_d"),
    optional=("diag_d",),
    params=(
        Param("group_a", "list", "codes that stand (kept side)", required=True, role="codes"),
        Param(
            "group_b",
            "list",
            "codes contained in A (line at fault); no code may be in both groups",
            required=True,
            role="codes",
        ),
        Param("window", "enum", "where both must occur", required=True, one_of=("rx", "day", "visit")),
        Param(
            "cnt_rule",
            "enum",
            "min = at most as many B as A; all = every B; default min",
            one_of=("min", "all"),
            default="min",
        ),
    ),
    sentence="{window_value}同一{window}内已收取{codes_a}，又收取其内涵项目{codes_b}，重复收费{vola_amt}元。",
    demo_rules=14700,
    row_checks=(RowCheck("group_b", "codes_meet(group_a, group_b)", "no code may be in both group_a and group_b"),),
    gz_new_2025=("医疗服务项目与医用耗材重复收费",),
    evidence={
        "window": "rule.window",
        "window_value": "fault.window_value",
        "codes_a": "fault.codes_a",
        "codes_b": "fault.codes_b",
        "cnt_a": count("fault.cnt_a"),
        "cnt_b": count("fault.cnt_b"),
    },
    words={"window": words.WINDOW},
    logic={
        "is_windowed": "TRUE",
        "is_kept_side": "target.side = 'group_a'",
        "window_condition": "held.kinds_a > 0",
        "window_excess": "CASE rule.cnt_rule WHEN 'all' THEN held.cnt_b ELSE least(held.cnt_a, held.cnt_b) END",
    },
)
