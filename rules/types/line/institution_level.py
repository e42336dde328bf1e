"""Institution level restriction."""

from rules.rule_type import Param, RowCheck, RuleType

RULE = RuleType(
    id="V05",
    slug="institution_level",
    name_zh="限医疗机构级别",
    name_en="Institution level restriction",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="SETTLE",
    stages=(1, 2, 3),
    law="条例38(六)",
    bhvr_code="T380601",
    gz_codes=("GZ10000101012000", "GZ10000102011000"),
    shape="line",
    needs=("fee_list_d", "setl_d"),
    optional=("fixmedins_d",),
    params=(
        Param("med_list_codg", "string", "restricted drug or item", required=True, role="codes"),
        Param(
            "min_rank",
            "int",
            "lowest hosp_rank that may charge it; one of min_rank and max_rank is required",
            one_of=("1", "2", "3"),
        ),
        Param("max_rank", "int", "highest hosp_rank that may charge it (primary care only items)", one_of=("0", "1", "2")),
    ),
    sentence="{hilist_name}限定医疗机构级别（最低{min_rank}级、最高{max_rank}级），本机构等级代码{hosp_lv}，涉及金额{vola_amt}元。",
    demo_rules=6370,
    row_checks=(
        RowCheck("min_rank", "min_rank IS NULL AND max_rank IS NULL", "at least one of min_rank and max_rank must be given"),
        RowCheck("max_rank", "min_rank > max_rank", "max_rank must not be below min_rank"),
    ),
    evidence={
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "hosp_lv": "CAST(line.hosp_lv AS STRING)",
        "hosp_rank": "line.hosp_rank",
        "min_rank": "rule.min_rank",
        "max_rank": "rule.max_rank",
    },
    logic={
        "condition": """line.visit_class <> 'PHARM'
            AND (line.hosp_rank < rule.min_rank OR line.hosp_rank > rule.max_rank)"""
    },
)
