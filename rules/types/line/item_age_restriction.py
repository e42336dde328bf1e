"""Item and consumable age restriction."""

from rules import words
from rules.engines.portable import day
from rules.rule_type import Param, RowCheck, RuleType
from rules.shapes.eligible import AGE

RULE = RuleType(
    id="V04",
    slug="item_age_restriction",
    name_zh="项目/耗材限年龄",
    name_en="Item and consumable age restriction",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="SETTLE",
    stages=(1, 2, 3),
    law="条例38(六)",
    bhvr_code="T380601",
    gz_codes=("GZ10000102005000", "GZ10000102006000", "GZ10000103001000", "GZ10000103002000", "GZ10000302003000"),
    shape="line",
    needs=("fee_list_d", "setl_d"),
    optional=("psn_d", "diag_d"),
    params=(
        Param("med_list_codg", "string", "service item or consumable", required=True, role="codes"),
        Param("age_unit", "enum", "unit of both bounds", required=True, one_of=("year", "month", "day")),
        Param("age_min", "int", "lowest payable age; at least one bound is required"),
        Param("age_max", "int", "highest payable age"),
    ),
    sentence="{hilist_name}限{age_min}至{age_max}{age_unit}，{fee_date}参保人年龄为{age}，涉及金额{vola_amt}元。",
    demo_rules=1284,
    row_checks=(
        RowCheck("age_min", "age_min IS NULL AND age_max IS NULL", "at least one of age_min and age_max must be given"),
        RowCheck("age_max", "age_min > age_max", "age_max must not be below age_min"),
    ),
    gz_new_2025=("医疗服务项目限年龄",),
    evidence={
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "age": AGE,
        "age_unit": "rule.age_unit",
        "age_min": "rule.age_min",
        "age_max": "rule.age_max",
        "fee_date": day("line.fee_date"),
    },
    words={"age_unit": words.AGE_UNIT},
    logic={"condition": f"line.list_type IN ('201', '301') AND ({AGE} < rule.age_min OR {AGE} > rule.age_max)"},
)
