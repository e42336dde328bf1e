"""Dose above the label."""

from rules.engines.portable import price
from rules.rule_type import Param, RowCheck, RuleType

RULE = RuleType(
    id="V20",
    slug="overdose",
    name_zh="超剂量用药（超说明书用量）",
    name_en="Dose above the label",
    kind="violation",
    own_pay=False,
    sev_deg=2,
    control_mode="REMIND",
    stages=(1, 3),
    law="条例38(二)",
    bhvr_code="T380204",
    gz_codes=("GZ10000301005000",),
    shape="supply",
    needs=("fee_list_d", "setl_d"),
    optional=("drord_d",),
    params=(
        Param("med_list_codg", "string", "drug", required=True, role="codes"),
        Param(
            "basis",
            "enum",
            "dose of the order, or charged quantity per prescribed day",
            required=True,
            one_of=("order", "charge"),
        ),
        Param("max_daily_dose", "decimal", "label maximum per day", required=True, unit="dose_unit"),
        Param("dose_unit", "string", "unit of the dose (mg, g, ml, IU)", required=True),
        Param(
            "unit_dose",
            "decimal",
            "required when basis is charge; dose in one charged count",
            unit="dose_unit",
            when=("basis", ("charge",)),
        ),
        Param("tolerance", "decimal", "factor on the maximum, at least 1; default 1", default="1"),
        Param("age_min", "int", "population band, complete years", unit="year"),
        Param("age_max", "int", "population band, complete years", unit="year"),
    ),
    sentence="{hilist_name}日用量{daily_dose}{dose_unit}，超过说明书最大日用量{max_daily_dose}{dose_unit}，超量部分金额{vola_amt}元。",
    demo_rules=52138,
    row_checks=(
        RowCheck("tolerance", "tolerance < 1", "tolerance must be at least 1"),
        RowCheck("age_max", "age_min > age_max", "age_max must not be below age_min"),
    ),
    variant_needs={
        ("basis", "order"): ("drord_d",),
    },
    evidence={
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "daily_dose": price("fault.daily_dose"),
        "max_daily_dose": price("rule.max_daily_dose"),
        "tolerance": price("rule.tolerance"),
        "dose_unit": "rule.dose_unit",
        "basis": "rule.basis",
        "age": "line.age_year",
    },
    # The dose itself is judged in rules/shapes/overdose.py.
    logic={
        "is_by_code": "TRUE",
        "line_condition": """(rule.age_min IS NULL OR line.age_year >= rule.age_min)
            AND (rule.age_max IS NULL OR line.age_year <= rule.age_max)
            AND CASE rule.basis
                WHEN 'order' THEN line.rx_drord_no IS NOT NULL
                ELSE line.prd_days > 0 AND (NOT line.is_inpatient OR line.dscg_tkdrug_flag = 1)
            END""",
    },
)
