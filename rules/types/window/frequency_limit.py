"""Frequency or quantity limit."""

from rules import words
from rules.engines.portable import count, price
from rules.rule_type import Param, RowCheck, RuleType

# Days of the stay: nights, or with the day in and the day out.
STAY_DAYS = """CASE rule.day_rule
    WHEN 'nights' THEN greatest(1, datediff(CAST(held.end_time AS DATE), CAST(held.begn_time AS DATE)))
    ELSE datediff(CAST(held.end_time AS DATE), CAST(held.begn_time AS DATE)) + 1
END"""

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
    evidence={
        "item_codes": "rule.item_codes_text",
        "window": "rule.window",
        "window_value": "fault.window_value",
        "cnt": count("fault.cnt"),
        "limit": price("fault.cnt * 100 - fault.excess"),
        "stay_days": "fault.stay_days",
        "excess_cnt": count("(fault.excess + 50) DIV 100"),
    },
    words={"window": words.WINDOW},
    # Inpatient and other visits are counted apart, each against its own limit; an unknown class is not counted.
    logic={
        "is_summed": "TRUE",
        "window_of": "rule.window",
        "part": """CASE
            WHEN line.is_inpatient THEN 'inpatient'
            WHEN NOT line.is_inpatient AND rule.window <> 'stay' THEN 'other'
        END""",
        "stay_days": f"CASE rule.window WHEN 'stay' THEN {STAY_DAYS} END",
        "excess": f"""held.cnt * 100
            - CASE held.part WHEN 'inpatient' THEN rule.limit_ipt ELSE rule.limit_otp END
            * CASE rule.window WHEN 'stay' THEN {STAY_DAYS} ELSE 1 END""",
    },
)
