"""Discharge drugs exceeded."""

from rules.engines.portable import count
from rules.rule_type import Param, RowCheck, RuleType
from rules.shapes.eligible import known_diagnosis, matches

RULE = RuleType(
    id="V22",
    slug="discharge_drugs",
    name_zh="出院带药超标",
    name_en="Discharge drugs exceeded",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="ERROR",
    stages=(1, 2, 3),
    law="条例38(二)",
    bhvr_code="T380204",
    gz_codes=("LX-V22",),
    shape="supply",
    needs=("fee_list_d", "setl_d", "mdtrt_d"),
    optional=("diag_d",),
    params=(
        Param(
            "variant",
            "enum",
            "days of one drug, number of kinds, or service and consumable carried out",
            required=True,
            one_of=("days", "kinds", "item"),
        ),
        Param("med_list_codg", "string", "required when variant is days; drug", role="codes", when=("variant", ("days",))),
        Param("max_days", "decimal", "required when variant is days", unit="day", when=("variant", ("days",))),
        Param("chronic_set", "list", "diagnoses with the longer limit", role="diags"),
        Param(
            "chronic_max_days",
            "decimal",
            "required when chronic_set is given",
            unit="day",
            when=("chronic_set", ("given",)),
        ),
        Param("pack_units", "decimal", "smallest units in one charged count"),
        Param("daily_units", "decimal", "largest daily number of smallest units"),
        Param("max_kinds", "int", "required when variant is kinds", when=("variant", ("kinds",))),
    ),
    sentence="出院带药{hilist_name}共{supply_days}天（限{limit}天）或{kinds}种（限{max_kinds}种），超出部分{vola_amt}元。",
    demo_rules=26069,
    row_checks=(
        RowCheck("pack_units", "pack_units = 0", "pack_units must be above 0"),
        RowCheck("daily_units", "daily_units = 0", "daily_units must be above 0"),
    ),
    evidence={
        "variant": "rule.variant",
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "supply_days": count("fault.supply_days"),
        "limit": count("(fault.allowed + 50) DIV 100"),
        "kinds": "fault.kinds",
        "max_kinds": "CASE rule.variant WHEN 'kinds' THEN rule.max_kinds END",
        "diag_codes": "visit.diag_codes",
    },
    words={"variant": {"days": "天数超标", "kinds": "种类超标", "item": "带出诊疗项目或耗材"}},
    # A visit without diagnoses may be a chronic one, so the longer limit holds.
    logic={
        "is_by_code": "rule.variant = 'days'",
        "is_by_kind": "rule.variant IN ('kinds', 'item')",
        "is_item": "rule.variant = 'item'",
        "line_condition": """line.is_inpatient AND line.dscg_tkdrug_flag = 1 AND CASE rule.variant
                WHEN 'kinds' THEN line.code_key IS NOT NULL AND line.list_type IN ('101', '102', '103')
                WHEN 'item' THEN line.list_type IN ('201', '301')
                ELSE TRUE
            END""",
        "days_window": "CASE rule.variant WHEN 'days' THEN 'stay' END",
        "kinds_window": "CASE rule.variant WHEN 'kinds' THEN 'stay' END",
        "allowed": f"""CASE
            WHEN rule.chronic_set_text IS NOT NULL
                AND ({matches("visit", "rule.chronic_set")} OR NOT {known_diagnosis("visit", "rule.chronic_set")})
            THEN rule.chronic_max_days ELSE rule.max_days
        END""",
    },
)
