"""Frequency or quantity limit."""

from rules.rule_type import Param, RowCheck, RuleType

RULE = RuleType(
    id="V16",
    slug="frequency_limit",
    name_zh="超限定频次/数量",
    name_en="Frequency or quantity limit",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="ERROR",
    stages=(1, 2, 3),
    law="条例38(三)",
    bhvr_code="T380302",
    gz_codes=("GZ10000102014000", "GZ10000303003000"),
    shape="window",
    needs=("fee_list_d", "setl_d", "mdtrt_d"),
    optional=("diag_d",),
    params=(
        Param("item_codes", "list", "codes counted together", required=True, role="codes"),
        Param(
            "window",
            "enum",
            "stay = limit per stay day",
            required=True,
            one_of=("visit", "day", "person_day", "stay", "block", "week", "month", "quarter", "year"),
        ),
        Param("limit_otp", "decimal", "limit for visits that are not inpatient; empty = not judged", unit="count"),
        Param("limit_ipt", "decimal", "limit for inpatient visits (IPT, DAYSURG); empty = not judged", unit="count"),
        Param("block_days", "int", "required when window is block", unit="day", when=("window", ("block",))),
        Param(
            "day_rule",
            "enum",
            "stay days for window stay; both counts the day in and the day out; default both",
            one_of=("nights", "both"),
            default="both",
        ),
    ),
    sentence="{item_codes}在{window_value}（{window}）内收费{cnt}次，限{limit}次，超出{excess_cnt}次，涉及金额{vola_amt}元。",
    demo_rules=3240,
    row_checks=(RowCheck("block_days", "block_days = 0", "block_days must be above 0"),),
    gz_new_2025=("医疗服务项目周期超频次",),
)
