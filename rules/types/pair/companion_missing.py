"""Required companion missing."""

from rules.rule_type import Param, RowCheck, RuleType
from rules.shapes.eligible import known_diagnosis, matches

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
    evidence={
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "required_codes": "rule.required_codes_text",
        "required_oprn": "rule.required_oprn_text",
        "required_diag": "rule.required_diag_text",
        "window_value": "fault.window_value",
    },
    # Operations and diagnoses that satisfy the rule; a list that cannot be checked leaves the visit unknown.
    logic={
        "is_windowed": "TRUE",
        "is_kept_side": "target.side = 'required_codes'",
        "line_condition": "coalesce(line.etip_flag, 0) <> 1",
        "window_condition": f"""held.kinds_a = 0
            AND (rule.required_oprn_keys IS NULL OR {{has_oprn_d}}
                AND NOT arrays_overlap(visit.oprn_keys, rule.required_oprn_keys))
            AND (rule.required_diag_keys IS NULL OR {known_diagnosis("visit", "rule.required_diag")}
                AND NOT {matches("visit", "rule.required_diag")})""",
        "line_fault": "TRUE",
    },
)
