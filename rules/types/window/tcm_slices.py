"""Chinese herbal slices not payable or above quantity."""

from rules.rule_type import Param, RowCheck, RuleType

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
)
