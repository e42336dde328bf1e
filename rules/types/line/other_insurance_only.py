"""Limited to work-injury or maternity insurance."""

from rules import words
from rules.rule_type import Param, RuleType
from rules.shapes.eligible import known_diagnosis, matches

RULE = RuleType(
    id="V06",
    slug="other_insurance_only",
    name_zh="限险种（工伤、生育）",
    name_en="Limited to work-injury or maternity insurance",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="SETTLE",
    stages=(1, 2, 3),
    law="条例38(六)",
    bhvr_code="T380601",
    gz_codes=("GZ10000101001000", "GZ10000101002000", "GZ10000102003000", "GZ10000102004000"),
    shape="line",
    needs=("fee_list_d", "setl_d", "mdtrt_d"),
    optional=("diag_d",),
    params=(
        Param("med_list_codg", "string", "limited drug or item", required=True, role="codes"),
        Param("limited_to", "enum", "the insurance it is limited to", required=True, one_of=("injury", "maternity")),
        Param("allowed_insutype", "list", "insurance types in which it is payable (510 for maternity)"),
        Param("diag_set", "list", "diagnoses that prove a maternity case", role="diags"),
    ),
    sentence="{hilist_name}限{limited_to}保险支付，本次按险种{insutype}纳入基本医保结算，涉及金额{vola_amt}元。",
    demo_rules=560,
    evidence={
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "insutype": "line.insutype",
        "limited_to": "rule.limited_to",
        "visit_class": "line.visit_class",
    },
    words={"limited_to": words.INSURANCE, "visit_class": words.VISIT_CLASS},
    logic={
        "condition": f"""line.insutype IS NOT NULL
            AND NOT coalesce(array_contains(rule.allowed_insutype, line.insutype), FALSE)
            AND (rule.limited_to = 'injury'
                OR rule.limited_to = 'maternity' AND line.visit_class <> 'MATN'
                AND (rule.diag_set_keys IS NULL
                    OR {known_diagnosis("line", "rule.diag_set")} AND NOT {matches("line", "rule.diag_set")}))"""
    },
)
