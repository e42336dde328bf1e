"""Suspected unnecessary treatment."""

from rules.rule_type import Param, RuleType

RULE = RuleType(
    id="S07",
    slug="unnecessary_treatment",
    name_zh="疑似无指征治疗/过度治疗",
    name_en="Suspected unnecessary treatment",
    kind="suspicion",
    own_pay=False,
    sev_deg=3,
    control_mode="REMIND",
    stages=(3,),
    law="条例38(二)",
    bhvr_code="T380201",
    gz_codes=("GZ10000202002000", "GZ10000302002000", "GZ10000302006000"),
    shape="diagnosis",
    needs=("fee_list_d", "setl_d", "diag_d"),
    optional=("oprn_d",),
    params=(
        Param("variant", "enum", "kind of sign", required=True, one_of=("no_indication", "multi", "prophylaxis")),
        Param("item_codes", "list", "treatments (prophylaxis = antibiotics)", required=True, role="codes"),
        Param(
            "indication_set",
            "list",
            "required when variant is no_indication; for prophylaxis infections that justify more; optional otherwise",
            role="diags",
            when=("variant", ("no_indication",)),
        ),
        Param(
            "max_kinds",
            "int",
            "required when variant is multi; distinct codes of the list per visit and date",
            when=("variant", ("multi",)),
        ),
        Param(
            "oprn_set",
            "list",
            "required when variant is prophylaxis; clean operations",
            role="oprns",
            when=("variant", ("prophylaxis",)),
        ),
        Param(
            "max_days",
            "int",
            "required when variant is prophylaxis; days after the operation's end date",
            unit="day",
            when=("variant", ("prophylaxis",)),
        ),
    ),
    sentence="{hilist_name}疑似过度治疗（{variant}）：诊断{diag_codes}，当日{kinds}种（限{max_kinds}种），手术{oprn_code}于{oprn_end}，金额{vola_amt}元。",
    demo_rules=12600,
    variant_needs={
        ("variant", "prophylaxis"): ("oprn_d",),
    },
)
