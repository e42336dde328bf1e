"""Suspected unnecessary examination."""

from rules.engines.portable import day
from rules.rule_type import Param, RuleType
from rules.shapes.eligible import known_diagnosis, matches

RULE = RuleType(
    id="S06",
    slug="unnecessary_examination",
    name_zh="疑似无指征检验检查",
    name_en="Suspected unnecessary examination",
    kind="suspicion",
    own_pay=False,
    sev_deg=3,
    control_mode="REMIND",
    stages=(3,),
    law="条例38(二)",
    bhvr_code="T380202",
    gz_codes=("GZ10000302001000",),
    shape="diagnosis",
    needs=("fee_list_d", "setl_d", "diag_d"),
    optional=("report_d",),
    params=(
        Param("variant", "enum", "kind of sign", required=True, one_of=("no_indication", "repeat", "normal_rate")),
        Param("item_codes", "list", "examinations or tests", required=True, role="codes"),
        Param(
            "indication_set",
            "list",
            "required when variant is no_indication; diagnoses that support it",
            role="diags",
            when=("variant", ("no_indication",)),
        ),
        Param(
            "repeat_days",
            "int",
            "required when variant is repeat; interval in which a repeat is unusual",
            unit="day",
            when=("variant", ("repeat",)),
        ),
        Param(
            "z_min",
            "decimal",
            "required when variant is normal_rate; robust z at or above which an institution stands out",
            when=("variant", ("normal_rate",)),
        ),
        Param(
            "min_cases",
            "int",
            "least number of reports with result per institution and month; default 30",
            default="30",
        ),
        Param("min_peers", "int", "least number of institutions in the peer group; default 5", default="5"),
    ),
    sentence="{hilist_name}疑似无指征检查（{variant}）：诊断{diag_codes}，上次{prev_date}，阴性率{normal_share}（同级中位{peer_median}，z={z}），金额{vola_amt}元。",
    demo_rules=15200,
    variant_needs={
        ("variant", "normal_rate"): ("report_d",),
    },
    evidence={
        "variant": "rule.variant",
        "hilist_name": "line.hilist_name",
        "diag_codes": "visit.diag_codes",
        "prev_date": day("fault.prev_date"),
        "repeat_days": "rule.repeat_days",
        "normal_share": "CAST(NULL AS STRING)",
        "peer_median": "CAST(NULL AS STRING)",
        "z": "CAST(NULL AS STRING)",
        "cases": "CAST(NULL AS INT)",
    },
    words={"variant": {"no_indication": "无指征", "repeat": "短期重复", "normal_rate": "阴性率偏高"}},
    # A repeat is confirmed in the shape's repeated; the rate of normal results is judged by institution in normal_rate.
    logic={
        "condition": f"""CASE rule.variant
            WHEN 'no_indication' THEN {known_diagnosis("line", "rule.indication_set")}
                AND NOT {matches("line", "rule.indication_set")}
            WHEN 'repeat' THEN TRUE
        END"""
    },
    beyond_person={("variant", "normal_rate"): "all reports of the institution and of its peers in the month"},
)
