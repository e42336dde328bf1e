"""Drug without labelled indication."""

from rules.rule_type import Param, RuleType

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
)
