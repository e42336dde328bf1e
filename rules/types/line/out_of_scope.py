"""Outside the payable scope but settled."""

from rules.engines.portable import money
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
    evidence={
        "variant": "rule.variant",
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "chrgitm_lv": "CAST(line.chrgitm_lv AS STRING)",
        "inscp_scp_amt": money("line.net_inscp"),
        "main_diag": "line.main_diag",
    },
    words={"variant": {"code": "目录外项目", "level": "自费项目", "disease": "不予支付病种"}},
    logic={
        "by_code": "rule.variant = 'code'",
        "has_no_code": "rule.variant IN ('level', 'disease')",
        "by_kind": "line.chrgitm_lv = 3",
        "by_main": "rule.variant = 'disease'",
        "condition": "TRUE",
    },
)
