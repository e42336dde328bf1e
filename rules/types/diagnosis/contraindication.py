"""Contraindication (disease, age, pregnancy, lactation)."""

from rules import words
from rules.rule_type import Param, RowCheck, RuleType
from rules.shapes.eligible import AGE, matches

RULE = RuleType(
    id="V24",
    slug="contraindication",
    name_zh="药品禁忌（疾病、年龄、妊娠哺乳）",
    name_en="Contraindication (disease, age, pregnancy, lactation)",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="ERROR",
    stages=(1, 3),
    law="条例38(二)",
    bhvr_code="T380206",
    gz_codes=("GZ10000301003000", "GZ10000301008000", "GZ10000301009000", "GZ10000301010000", "GZ10000302005000"),
    shape="diagnosis",
    needs=("fee_list_d", "setl_d"),
    optional=("diag_d", "mdtrt_d", "psn_d"),
    params=(
        Param("variant", "enum", "kind of contraindication", required=True, one_of=("diag", "age", "matn")),
        Param("med_list_codg", "string", "drug or item", required=True, role="codes"),
        Param(
            "contra_set",
            "list",
            "required when variant is diag; contraindicated diagnoses",
            role="diags",
            when=("variant", ("diag",)),
        ),
        Param(
            "age_unit",
            "enum",
            "required when variant is age",
            one_of=("year", "month", "day"),
            when=("variant", ("age",)),
        ),
        Param("age_min", "int", "lowest contraindicated age"),
        Param("age_max", "int", "highest contraindicated age; variant age needs one bound"),
        Param(
            "matn_stas",
            "list",
            "required when variant is matn; contraindicated states",
            one_of=("2", "3", "4"),
            when=("variant", ("matn",)),
        ),
    ),
    sentence="{hilist_name}存在用药禁忌（{variant}：诊断{diag_codes}、年龄{age}、妊娠哺乳状态{matn_stas}），涉及金额{vola_amt}元。",
    demo_rules=39104,
    row_checks=(
        RowCheck(
            "age_min",
            "variant = 'age' AND age_min IS NULL AND age_max IS NULL",
            "at least one of age_min and age_max must be given when variant is age",
        ),
        RowCheck("age_max", "age_min > age_max", "age_max must not be below age_min"),
    ),
    variant_needs={
        ("variant", "diag"): ("diag_d",),
        ("variant", "matn"): ("mdtrt_d",),
    },
    evidence={
        "variant": "rule.variant",
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "diag_codes": "visit.diag_codes",
        "contra_set": "rule.contra_set_text",
        "age": AGE,
        "matn_stas": "line.matn_stas",
    },
    words={
        "variant": {"diag": "疾病禁忌", "age": "年龄禁忌", "matn": "妊娠哺乳禁忌"},
        "matn_stas": words.MATN_STAS,
    },
    # "Sex is not 1" means known and 2 (contract, clarification 2).
    logic={
        "condition": f"""CASE rule.variant
            WHEN 'diag' THEN {matches("line", "rule.contra_set")}
            WHEN 'age' THEN {AGE} >= coalesce(rule.age_min, {AGE}) AND {AGE} <= coalesce(rule.age_max, {AGE})
            WHEN 'matn' THEN line.gend = '2' AND array_contains(rule.matn_stas, line.matn_stas)
        END"""
    },
)
