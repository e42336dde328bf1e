"""Unbundled charging."""

from rules.engines.portable import money, price
from rules.rule_type import Param, RowCheck, RuleType

RULE = RuleType(
    id="V15",
    slug="unbundled_charge",
    name_zh="分解项目收费",
    name_en="Unbundled charging",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="ERROR",
    stages=(3,),
    law="条例38(三)",
    bhvr_code="T380303",
    gz_codes=("GZ10000102013000",),
    shape="pair",
    needs=("fee_list_d", "setl_d"),
    optional=(),
    params=(
        Param("bundle_code", "string", "the item that should have been charged", required=True, role="codes"),
        Param("bundle_price", "decimal", "its price (level and region by scope columns)", required=True, unit="yuan"),
        Param("component_codes", "list", "its parts", required=True, role="codes"),
        Param("min_components", "int", "distinct parts that prove the bundle, at least 2", required=True),
        Param("window", "enum", "where the parts must occur", required=True, one_of=("day", "visit")),
    ),
    sentence="{window_value}将{bundle_code}分解为{component_codes}收费{sum_amt}元，应收{bundle_price}元×{sets}，多收{vola_amt}元。",
    demo_rules=420,
    row_checks=(RowCheck("min_components", "min_components < 2", "min_components must be at least 2"),),
    evidence={
        "bundle_code": "rule.bundle_code_text",
        "bundle_price": price("rule.bundle_price"),
        "component_codes": "fault.codes_b",
        "sum_amt": money("fault.sum_amt"),
        "sets": "fault.sets",
        "window_value": "fault.window_value",
    },
    # E = sum − price × sets in millionths of a yuan, rounded once to 分.
    logic={
        "is_windowed": "TRUE",
        "is_kept_side": "target.side = 'bundle_code'",
        "window_condition": """held.kinds_a = 0 AND held.kinds_b >= rule.min_components
            AND held.sum_amt * 10000 > rule.bundle_price * held.sets""",
        "window_excess_amt": "(held.sum_amt * 10000 - rule.bundle_price * held.sets + 5000) DIV 10000",
    },
)
