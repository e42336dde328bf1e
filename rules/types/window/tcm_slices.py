"""Chinese herbal slices not payable or above quantity."""

from rules.engines.portable import count, mul_div, price
from rules.rule_type import Param, RowCheck, RuleType

# Grams above what is allowed, × 10^10, never below 0; a daily limit needs one number of days for the whole prescription.
EXCESS_GRAMS = """greatest(CAST(0 AS DECIMAL(38, 0)),
    CAST(held.cnt AS DECIMAL(38, 0)) * rule.unit_grams - CAST(rule.max_grams AS DECIMAL(38, 0)) * CASE rule.variant
        WHEN 'total' THEN 10000 WHEN 'daily' THEN CASE WHEN held.has_one_prd_days AND held.prd_days > 0 THEN held.prd_days END
    END)"""

RULE = RuleType(
    id="V26",
    slug="tcm_slices",
    name_zh="中药饮片不予支付/超量",
    name_en="Chinese herbal slices not payable or above quantity",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="SETTLE",
    stages=(1, 2, 3),
    law="条例38(六)",
    bhvr_code="T380601",
    gz_codes=("GZ10000101003000", "GZ10000101004000"),
    shape="window",
    needs=("fee_list_d", "setl_d"),
    optional=(),
    params=(
        Param(
            "variant",
            "enum",
            "never payable, not payable alone, grams per day, grams per prescription",
            required=True,
            one_of=("never", "single", "daily", "total"),
        ),
        Param("med_list_codg", "string", "slice", required=True, role="codes"),
        Param(
            "unit_grams",
            "decimal",
            "required when variant is daily or total; grams in one charged count",
            unit="g",
            when=("variant", ("daily", "total")),
        ),
        Param(
            "max_grams",
            "decimal",
            "required when variant is daily or total",
            unit="g",
            when=("variant", ("daily", "total")),
        ),
    ),
    sentence="中药饮片{hilist_name}（{variant}）处方{rx_drord_no}用量{grams}克、限{max_grams}克，不予支付金额{vola_amt}元。",
    demo_rules=1678,
    row_checks=(RowCheck("unit_grams", "unit_grams = 0", "unit_grams must be above 0"),),
    gz_new_2025=("中药饮片超大处方", "中药饮片超量上传"),
    evidence={
        "variant": "rule.variant",
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "grams": price(f"CAST({mul_div('fault.cnt', 'rule.unit_grams', '10000')} AS BIGINT)"),
        "prd_days": count("fault.prd_days"),
        "max_grams": price("rule.max_grams"),
        "rx_drord_no": "line.rx_drord_no",
    },
    words={"variant": {"never": "不予支付", "single": "单味不予支付", "daily": "日用量", "total": "总用量"}},
    # E = (grams − allowed) / unit_grams to four decimals; never and single are judged in rules/shapes/slices.py.
    logic={
        "is_summed": "rule.variant IN ('daily', 'total')",
        "window_of": "'rx'",
        "line_condition": "line.list_type = '103'",
        "excess": f"""100 * {mul_div(EXCESS_GRAMS, "1", "rule.unit_grams")}""",
    },
)
