"""Suspected unnecessary treatment."""

from rules.engines.portable import moment, plus_days
from rules.rule_type import Param, RuleType
from rules.shapes.eligible import known_diagnosis, matches

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
    evidence={
        "variant": "rule.variant",
        "hilist_name": "line.hilist_name",
        "diag_codes": "visit.diag_codes",
        "kinds": "fault.kinds",
        "max_kinds": "rule.max_kinds",
        "oprn_code": "array_join(operations.oprn_codes, ';')",
        "oprn_end": moment("operations.last_end"),
        "max_days": "rule.max_days",
    },
    words={"variant": {"no_indication": "无指征", "multi": "同日多种", "prophylaxis": "预防用药超时"}},
    # Kinds per day are numbered in the shape's excess_kind.
    logic={
        "condition": f"""CASE rule.variant
            WHEN 'no_indication' THEN {known_diagnosis("line", "rule.indication_set")}
                AND NOT {matches("line", "rule.indication_set")}
            WHEN 'prophylaxis' THEN {known_diagnosis("line", "rule.indication_set")}
                AND NOT coalesce({matches("line", "rule.indication_set")}, FALSE)
                AND operations.all_coded = 1 AND operations.all_timed = 1
                AND size(array_intersect(operations.oprn_keys, rule.oprn_set_keys)) = size(operations.oprn_keys)
                AND line.fee_date > {plus_days("CAST(operations.last_end AS DATE)", "rule.max_days")}
        END"""
    },
)
