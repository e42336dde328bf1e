"""Department or doctor qualification."""

from rules.rule_type import Param, RowCheck, RuleType

RULE = RuleType(
    id="V17",
    slug="department_qualification",
    name_zh="限科室/医师资质",
    name_en="Department or doctor qualification",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="ERROR",
    stages=(1, 3),
    law="条例38(七)",
    bhvr_code=None,
    gz_codes=("GZ10000102008000", "GZ10000202003000", "GZ10000303002000"),
    shape="line",
    needs=("fee_list_d", "setl_d"),
    optional=("prac_psn_d",),
    params=(
        Param("variant", "enum", "what is required", required=True, one_of=("dept", "caty", "title", "registration")),
        Param("med_list_codg", "string", "code; empty = every line (only for registration)", role="codes"),
        Param(
            "allowed_dept",
            "list",
            "required when variant is dept or caty; department or specialty prefixes",
            role="depts",
            when=("variant", ("dept", "caty")),
        ),
        Param(
            "max_duty_code",
            "int",
            "required when variant is title; 231 is the highest title, the doctor's code must not be larger",
            one_of=("231", "232", "233", "234"),
            when=("variant", ("title",)),
        ),
    ),
    sentence="{hilist_name}的开单科室{bilg_dept_codg}或医师{bilg_dr_codg}不符合限定（{variant}），涉及金额{vola_amt}元。",
    demo_rules=2860,
    row_checks=(
        RowCheck(
            "med_list_codg",
            "med_list_codg IS NULL AND variant <> 'registration'",
            "med_list_codg may be empty only when variant is registration",
        ),
    ),
    variant_needs={
        ("variant", "caty"): ("prac_psn_d",),
        ("variant", "title"): ("prac_psn_d",),
        ("variant", "registration"): ("prac_psn_d",),
    },
)
