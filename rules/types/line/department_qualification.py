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
    evidence={
        "variant": "rule.variant",
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "bilg_dept_codg": "line.bilg_dept_codg",
        "bilg_dr_codg": "line.bilg_dr_codg",
        "pro_tech_duty": "doctor.pro_tech_duty",
        "caty": "doctor.caty",
        "allowed_dept": "rule.allowed_dept",
        "max_duty_code": "rule.max_duty_code",
    },
    words={"variant": {"dept": "科室", "caty": "专科", "title": "职称", "registration": "医保医师资格"}},
    logic={
        "has_no_code": "rule.variant = 'registration' AND rule.med_list_codg_text IS NULL",
        "condition": """CASE rule.variant
            WHEN 'dept' THEN line.bilg_dept_codg IS NOT NULL
                AND size(filter(rule.allowed_dept, dept -> startswith(line.bilg_dept_codg, dept))) = 0
            WHEN 'caty' THEN doctor.caty IS NOT NULL
                AND size(filter(rule.allowed_dept, dept -> startswith(doctor.caty, dept))) = 0
            WHEN 'title' THEN try_cast(doctor.pro_tech_duty AS INT) BETWEEN 231 AND 235
                AND try_cast(doctor.pro_tech_duty AS INT) > rule.max_duty_code
            WHEN 'registration' THEN doctor.hi_dr_flag = 0 OR line.fee_date < doctor.begndate
                OR line.fee_date > doctor.enddate
        END""",
    },
)
