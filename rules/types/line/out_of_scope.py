"""Outside the payable scope but settled."""

from rules.rule_type import Param, RuleType

RULE = RuleType(
    id="V10",
    slug="out_of_scope",
    name_zh="不属于医保支付范围纳入结算",
    name_en="Outside the payable scope but settled",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="SETTLE",
    stages=(2, 3),
    law="条例38(六)",
    bhvr_code="T380601",
    gz_codes=("LX-V10",),
    shape="line",
    needs=("fee_list_d", "setl_d"),
    optional=("diag_d",),
    params=(
        Param("variant", "enum", "what makes the line unpayable", required=True, one_of=("code", "level", "disease")),
        Param(
            "med_list_codg",
            "string",
            "required when variant is code; own-pay or excluded code",
            role="codes",
            when=("variant", ("code",)),
        ),
        Param(
            "diag_set",
            "list",
            "required when variant is disease; diseases that the fund does not pay",
            role="diags",
            when=("variant", ("disease",)),
        ),
    ),
    sentence="{hilist_name}不属于医保支付范围（{variant}），却有{inscp_scp_amt}元纳入政策范围内结算。",
    demo_rules=75899,
    variant_needs={
        ("variant", "disease"): ("diag_d",),
    },
)
