"""Payable course exceeded."""

from rules import words
from rules.engines.portable import count
from rules.rule_type import Param, RuleType

RULE = RuleType(
    id="V09",
    slug="payable_course",
    name_zh="超限定支付疗程",
    name_en="Payable course exceeded",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="ERROR",
    stages=(2, 3),
    law="条例38(六)",
    bhvr_code="T380601",
    gz_codes=("GZ10000101010000", "GZ10000102010000"),
    shape="window",
    needs=("fee_list_d", "setl_d", "mdtrt_d"),
    optional=(),
    params=(
        Param("med_list_codg", "string", "drug or item", required=True, role="codes"),
        Param("max_days", "int", "payable days per period", required=True, unit="day"),
        Param("period", "enum", "what the days are counted over", required=True, one_of=("visit", "year", "course")),
        Param(
            "restart_gap",
            "int",
            "required when period is course; a pause this long starts a new course",
            unit="day",
            when=("period", ("course",)),
        ),
        Param(
            "day_basis",
            "enum",
            "each date of use is one day, or each line counts its prd_days",
            required=True,
            one_of=("date", "prd_days"),
        ),
    ),
    sentence="{hilist_name}限支付{max_days}天（按{period}），已使用{used_days}天，超出{excess_days}天，涉及金额{vola_amt}元。",
    demo_rules=2328,
    evidence={
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "period": "rule.period",
        "max_days": "rule.max_days",
        "used_days": count("fault.used_days"),
        "excess_days": count("fault.excess_days"),
    },
    words={"period": words.WINDOW},
    # Days are counted in rules/shapes/course.py.
    logic={"is_summed": "FALSE"},
)
