"""Suspected impersonation or fictitious visit."""

from rules.engines.portable import count, moment, mul_div
from rules.rule_type import Param, RowCheck, RuleType
from rules.shapes.eligible import matches

RULE = RuleType(
    id="S04",
    slug="impersonation",
    name_zh="疑似冒名顶替/虚假就医",
    name_en="Suspected impersonation or fictitious visit",
    kind="suspicion",
    own_pay=False,
    sev_deg=2,
    control_mode="REMIND",
    stages=(2, 3),
    law="条例40(一)",
    bhvr_code=None,
    gz_codes=("LX-S04",),
    shape="person",
    needs=("mdtrt_d", "setl_d"),
    optional=("fixmedins_d", "oprn_d", "diag_d", "onsite_d"),
    params=(
        Param(
            "variant",
            "enum",
            "kind of sign",
            required=True,
            one_of=("overlap_stay", "distant", "organ", "id_mismatch", "card_cluster"),
        ),
        Param(
            "min_hours",
            "decimal",
            "required when variant is overlap_stay or distant; least overlap, or least travel time",
            unit="hour",
            when=("variant", ("overlap_stay", "distant")),
        ),
        Param(
            "removed_oprn",
            "list",
            "required when variant is organ; operations that remove an organ",
            role="oprns",
            when=("variant", ("organ",)),
        ),
        Param(
            "later_diag",
            "list",
            "required when variant is organ; diagnoses impossible afterwards",
            role="diags",
            when=("variant", ("organ",)),
        ),
        Param(
            "cluster_minutes",
            "int",
            "required when variant is card_cluster; bucket length, a divisor of 1440",
            unit="minute",
            when=("variant", ("card_cluster",)),
        ),
        Param(
            "cluster_persons",
            "int",
            "required when variant is card_cluster; least number of persons",
            when=("variant", ("card_cluster",)),
        ),
    ),
    sentence="疑似冒名或虚假就医（{variant}）：与就诊{other_mdtrt_id}冲突{hours}小时，同时段结算{persons}人，核查{chk_time}，涉及基金{fund_amt}元。",
    demo_rules=48,
    row_checks=(
        RowCheck(
            "cluster_minutes",
            "cluster_minutes = 0 OR 1440 % cluster_minutes <> 0",
            "cluster_minutes must be a divisor of 1440",
        ),
    ),
    variant_needs={
        ("variant", "distant"): ("fixmedins_d",),
        ("variant", "organ"): ("oprn_d", "diag_d"),
        ("variant", "id_mismatch"): ("onsite_d",),
    },
    evidence={
        "variant": "rule.variant",
        "other_mdtrt_id": "nullif(fault.other_id, '')",
        "begntime": moment("visit.begn_time"),
        "setl_time": moment("visit.setl_time"),
        "hours": count(mul_div("fault.seconds", "10000", "3600")),
        "persons": "fault.counted",
        "chk_time": moment("fault.chk_time"),
    },
    words={
        "variant": {
            "overlap_stay": "住院时间重叠",
            "distant": "异地就诊间隔过短",
            "organ": "器官切除后再诊治",
            "id_mismatch": "现场核查人证不符",
            "card_cluster": "集中刷卡",
        }
    },
    # What each variant compares is in rules/shapes/impersonation.py.
    logic={
        "condition": f"""CASE rule.variant
            WHEN 'overlap_stay' THEN visit.visit_class = 'IPT'
            WHEN 'distant' THEN visit.visit_class NOT IN ('IPT', 'PHARM')
            WHEN 'organ' THEN {matches("visit", "rule.later_diag")}
            ELSE TRUE
        END"""
    },
    beyond_person={("variant", "card_cluster"): "everyone settled at the institution in the same minutes for the same amount"},
)
