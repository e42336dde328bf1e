"""Drug without labelled indication."""

from rules.rule_type import Param, RuleType
from rules.shapes.eligible import known_diagnosis, matches

RULE = RuleType(
    id="V19",
    slug="drug_without_indication",
    name_zh="无指征用药（超说明书适应症）",
    name_en="Drug without labelled indication",
    kind="violation",
    own_pay=False,
    sev_deg=2,
    control_mode="REMIND",
    stages=(1, 3),
    law="条例38(二)",
    bhvr_code="T380201",
    gz_codes=("GZ10000301007000",),
    shape="diagnosis",
    needs=("fee_list_d", "setl_d", "mdtrt_d", "diag_d"),
    optional=(),
    params=(
        Param("med_list_codg", "string", "drug", required=True, role="codes"),
        Param("label_set", "list", "diagnoses of the label", required=True, role="diags"),
        Param(
            "uncertain_set",
            "list",
            "diagnoses that leave the question open; default R00-R99;Z03",
            role="diags",
            default="R00-R99;Z03",
        ),
        Param(
            "history_days",
            "int",
            "diagnoses of the person's visits begun in this look-back count too; default 0",
            unit="day",
            default="0",
        ),
    ),
    sentence="{hilist_name}说明书适应症为{label_set}，本次诊断{diag_codes}中无对应指征，涉及金额{vola_amt}元。",
    demo_rules=52138,
    evidence={
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "diag_codes": "visit.diag_codes",
        "label_set": "rule.label_set_text",
        "history_days": "rule.history_days",
    },
    # The person's earlier diagnoses save a line in the shape's diagnosis_spared.
    logic={
        "condition": f"""line.list_type IN ('101', '102')
            AND {known_diagnosis("line", "rule.label_set")}
            AND NOT {matches("line", "rule.label_set")}
            AND {known_diagnosis("line", "rule.uncertain_set")}
            AND NOT {matches("line", "rule.uncertain_set")}"""
    },
)
