"""Required companion missing."""

from rules.rule_type import Param, RowCheck, RuleType

RULE = RuleType(
    id="V18",
    slug="companion_missing",
    name_zh="项目耗材药品不匹配（关联缺失）",
    name_en="Required companion missing",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="ERROR",
    stages=(3,),
    law="条例38(二)、40(三)",
    bhvr_code="T380206",
    gz_codes=("GZ10000301001000", "GZ10000303001000"),
    shape="pair",
    needs=("fee_list_d", "setl_d"),
    optional=("oprn_d", "diag_d"),
    params=(
        Param("med_list_codg", "string", "charged code A", required=True, role="codes"),
        Param("required_codes", "list", "codes of which one must be charged", role="codes"),
        Param("required_oprn", "list", "operation code prefixes that also satisfy", role="oprns"),
        Param(
            "required_diag",
            "list",
            "diagnoses that also satisfy; at least one of the three lists is required",
            role="diags",
        ),
        Param("window", "enum", "where a companion must be charged", required=True, one_of=("day", "visit")),
    ),
    sentence="{hilist_name}收费，但{window_value}内无对应项目{required_codes}{required_oprn}{required_diag}，涉及金额{vola_amt}元。",
    demo_rules=18000,
    row_checks=(
        RowCheck(
            "required_codes",
            "required_codes IS NULL AND required_oprn IS NULL AND required_diag IS NULL",
            "at least one of required_codes, required_oprn and required_diag must be given",
        ),
    ),
    variant_needs={
        ("required_oprn", "given"): ("oprn_d",),
        ("required_diag", "given"): ("diag_d",),
    },
    gz_new_2025=("医用耗材限疾病使用",),
)
