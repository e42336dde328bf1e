"""Suspected split admission."""

from rules.engines.portable import count, moment
from rules.rule_type import Param, RowCheck, RuleType
from rules.shapes.eligible import main_matches

RULE = RuleType(
    id="S01",
    slug="split_admission",
    name_zh="疑似分解住院",
    name_en="Suspected split admission",
    kind="suspicion",
    own_pay=False,
    sev_deg=2,
    control_mode="REMIND",
    stages=(2, 3),
    law="条例38(一)",
    bhvr_code=None,
    gz_codes=("GZ10000204001000", "ZB10000205008000"),
    shape="stay",
    needs=("mdtrt_d", "setl_d", "diag_d"),
    optional=("fixmedins_d", "fee_list_d"),
    params=(
        Param("gap_days", "int", "longest gap between discharge and readmission", required=True, unit="day"),
        Param("link", "enum", "which institutions are compared", required=True, one_of=("institution", "alliance", "any")),
        Param("diag_rule", "enum", "how the main diagnoses must agree", required=True, one_of=("icd3", "set", "any")),
        Param(
            "diag_set",
            "list",
            "required when diag_rule is set; both main diagnoses match it",
            role="diags",
            when=("diag_rule", ("set",)),
        ),
        Param(
            "skip_dscg_way",
            "list",
            "ways of leaving the first stay that explain a second one; default 2;3;5",
            default="2;3;5",
        ),
        Param("min_sim", "decimal", "smallest weighted Jaccard of the two stays' items, 0 to 1"),
    ),
    sentence="参保人{prev_endtime}出院后{gap}天再次入院（限{gap_days}天），主要诊断{prev_main_diag}/{main_diag}，疑似分解住院，涉及基金{fund_amt}元。",
    demo_rules=1140,
    row_checks=(RowCheck("min_sim", "min_sim > 1", "min_sim must lie between 0 and 1"),),
    variant_needs={
        ("link", "alliance"): ("fixmedins_d",),
        ("min_sim", "given"): ("fee_list_d",),
    },
    evidence={
        "prev_mdtrt_id": "fault.other_id",
        "prev_endtime": moment("fault.at_time"),
        "begntime": moment("visit.begn_time"),
        "gap": "fault.measure",
        "gap_days": "rule.gap_days",
        "main_diag": "fault.codes",
        "prev_main_diag": "fault.other_codes",
        "similarity": count("fault.likeness"),
    },
    # The first stay ended in a known way that explains no second one, and the main diagnoses agree. A western and a 中医 main
    # diagnosis share no category, whatever their first characters.
    logic={
        "pair_condition": f"""earlier.dscg_way IN ('1', '2', '3', '4', '5', '9')
            AND NOT array_contains(rule.skip_dscg_way, earlier.dscg_way)
            AND CASE rule.diag_rule
                WHEN 'any' THEN TRUE
                WHEN 'set' THEN {main_matches("visit", "rule.diag_set")} AND {main_matches("earlier", "rule.diag_set")}
                WHEN 'icd3' THEN substr(later_main.code, 1, 3) = substr(earlier_main.code, 1, 3)
                    AND (visit.main_diag_key <=> visit.main_any_key) = (earlier.main_diag_key <=> earlier.main_any_key)
            END"""
    },
)
