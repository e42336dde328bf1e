"""Reimbursed outside the limited indication (drug or item)."""

from rules.rule_type import Param, RuleType
from rules.shapes.eligible import known_diagnosis, matches

RULE = RuleType(
    id="V01",
    slug="limited_indication",
    name_zh="超限定支付适应症",
    name_en="Reimbursed outside the limited indication (drug or item)",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="ERROR",
    stages=(1, 2, 3),
    law="条例38(六)",
    bhvr_code="T380601",
    gz_codes=("GZ10000101008000", "GZ10000102007000"),
    shape="diagnosis",
    needs=("fee_list_d", "setl_d", "mdtrt_d", "diag_d"),
    optional=("filing_d",),
    params=(
        Param("med_list_codg", "string", "restricted drug or item", required=True, role="codes"),
        Param("diag_set", "list", "all payable diagnoses; prefixes or ranges", required=True, role="diags"),
        Param("alt_item_codes", "list", "lines in the visit that also satisfy the restriction", role="codes"),
        Param("accept_filing", "list", "filing types that also satisfy it", one_of=("opsp", "special_drug", "transfer")),
    ),
    sentence="{hilist_name}限定支付适应症为{diag_set}，本次就诊诊断{diag_codes}均不符合，涉及金额{vola_amt}元。",
    demo_rules=40512,
    variant_needs={
        ("accept_filing", "given"): ("filing_d",),
    },
    evidence={
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "diag_codes": "visit.diag_codes",
        "diag_set": "rule.diag_set_text",
    },
    # Other lines of the visit (alt_item_codes) and filings save a line in the shape's diagnosis_spared.
    logic={"condition": f"""{known_diagnosis("line", "rule.diag_set")} AND NOT {matches("line", "rule.diag_set")}"""},
)
