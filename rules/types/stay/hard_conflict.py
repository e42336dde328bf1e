"""Hard conflict of time, identity or codes."""

from rules import words
from rules.engines.portable import day, moment
from rules.rule_type import Param, RowCheck, RuleType
from rules.shapes.ages import age_in_unit
from rules.shapes.eligible import known_diagnosis, matches

IS_ELSEWHERE = "rule.variant = 'while_inpatient'"
IS_DIAGNOSIS = "rule.variant IN ('diag_sex', 'diag_age')"
IS_OPERATION = "rule.variant IN ('oprn_sex', 'oprn_diag')"
AGE_AT_BEGIN = age_in_unit("rule.age_unit", "visit.brdy", "CAST(visit.begn_time AS DATE)")

RULE = RuleType(
    id="V29",
    slug="hard_conflict",
    name_zh="时间/身份/编码硬冲突",
    name_en="Hard conflict of time, identity or codes",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="ERROR",
    stages=(2, 3),
    law="条例38(七)、40(一)(二)",
    bhvr_code=None,
    gz_codes=(
        "GZ10000201001000",
        "GZ10000201002000",
        "GZ10000201003000",
        "GZ10000201004000",
        "GZ10000201005000",
        "GZ10000201006000",
        "GZ10000201008000",
        "GZ10000204006000",
        "GZ10000204007000",
    ),
    shape="stay",
    needs=("fee_list_d", "setl_d", "mdtrt_d"),
    optional=("diag_d", "oprn_d", "psn_d"),
    params=(
        Param(
            "variant",
            "enum",
            "kind of conflict",
            required=True,
            one_of=(
                "outside_stay",
                "while_inpatient",
                "after_death",
                "diag_sex",
                "diag_age",
                "oprn_sex",
                "oprn_diag",
                "trace_code",
            ),
        ),
        Param(
            "code_set",
            "list",
            "required for diag_ and oprn_ variants; diagnoses or operation prefixes concerned",
            role="diags_or_oprns",
        ),
        Param(
            "allowed_gend",
            "enum",
            "required when variant is diag_sex or oprn_sex",
            one_of=("1", "2"),
            when=("variant", ("diag_sex", "oprn_sex")),
        ),
        Param(
            "age_unit",
            "enum",
            "required when variant is diag_age",
            one_of=("year", "month", "day"),
            when=("variant", ("diag_age",)),
        ),
        Param("age_min", "int", "lowest possible age"),
        Param("age_max", "int", "highest possible age"),
        Param(
            "required_diag",
            "list",
            "required when variant is oprn_diag; one of these must be among the diagnoses",
            role="diags",
            when=("variant", ("oprn_diag",)),
        ),
        Param(
            "grace_hours",
            "decimal",
            "tolerance at both ends of the stay and after death; default 24",
            unit="hour",
            default="24",
        ),
        Param(
            "exempt_codes",
            "list",
            "codes spared (outside tests, dialysis, drugs that are dispensed in part packs)",
            role="codes",
        ),
    ),
    sentence="就诊数据存在硬冲突（{variant}）：费用{fee_date}，住院{begntime}至{endtime}，死亡{die_date}，编码{code}，性别{gend}，年龄{age}。",
    demo_rules=12900,
    row_checks=(
        RowCheck(
            "code_set",
            "code_set IS NULL AND (variant LIKE 'diag%' OR variant LIKE 'oprn%')",
            "code_set must be given when variant is diag_sex, diag_age, oprn_sex or oprn_diag",
        ),
        RowCheck(
            "age_min",
            "variant = 'diag_age' AND age_min IS NULL AND age_max IS NULL",
            "at least one of age_min and age_max must be given when variant is diag_age",
        ),
        RowCheck("age_max", "age_min > age_max", "age_max must not be below age_min"),
    ),
    variant_needs={
        ("variant", "diag_sex"): ("diag_d",),
        ("variant", "diag_age"): ("diag_d",),
        ("variant", "oprn_sex"): ("oprn_d",),
        ("variant", "oprn_diag"): ("oprn_d", "diag_d"),
    },
    evidence={
        "variant": "rule.variant",
        "fee_date": day("line.fee_date"),
        "begntime": moment(f"CASE WHEN {IS_ELSEWHERE} THEN fault.at_time ELSE visit.begn_time END"),
        "endtime": moment(f"CASE WHEN {IS_ELSEWHERE} THEN fault.until_time ELSE visit.end_time END"),
        "die_date": f"CASE WHEN rule.variant = 'after_death' THEN {day('fault.at_time')} END",
        "gend": "visit.gend",
        "age": AGE_AT_BEGIN,
        "code": "coalesce(line.med_list_codg, fault.codes)",
        "other_mdtrt_id": "nullif(fault.other_id, '')",
        "drug_trac_codg": "line.drug_trac_codg",
    },
    words={
        "variant": {
            "outside_stay": "住院起止时间外收费",
            "while_inpatient": "住院期间外院收费",
            "after_death": "死亡后收费",
            "diag_sex": "诊断与性别不符",
            "diag_age": "诊断与年龄不符",
            "oprn_sex": "手术与性别不符",
            "oprn_diag": "手术与诊断不符",
            "trace_code": "追溯码重复",
        },
        "gend": words.SEX,
    },
    # Visits by diagnosis or operation; the line variants are the shape's conflict_fault.
    logic={
        "entry_kind": f"CASE WHEN {IS_DIAGNOSIS} THEN 'diag' WHEN {IS_OPERATION} THEN 'oprn' END",
        "entry_text": "rule.code_set_text",
        "entry_keys": f"CASE WHEN {IS_OPERATION} THEN rule.code_set_oprn_keys ELSE rule.code_set_keys END",
        "condition": f"""CASE
            WHEN rule.variant IN ('diag_sex', 'oprn_sex') THEN visit.gend <> rule.allowed_gend
            WHEN rule.variant = 'diag_age' THEN
                coalesce({AGE_AT_BEGIN} < rule.age_min, FALSE) OR coalesce({AGE_AT_BEGIN} > rule.age_max, FALSE)
            WHEN rule.variant = 'oprn_diag' THEN {known_diagnosis("visit", "rule.required_diag")}
                AND NOT {matches("visit", "rule.required_diag")}
        END""",
    },
    beyond_person={("variant", "trace_code"): "earlier lines of anyone with the same tracing code"},
)
