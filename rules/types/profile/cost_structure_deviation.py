"""Suspected deviation of cost or structure."""

from rules.rule_type import GIVEN, Param, RowCheck, RuleType
from rules.shapes.peers import rounded

METRICS = (
    "avg_fee",
    "avg_days",
    "drug_share",
    "exam_share",
    "treat_share",
    "material_share",
    "item_share",
    "readmit_rate",
)


def _ratio(part: str, whole: str) -> str:
    return f"CAST({part} AS DOUBLE) / nullif(CAST({whole} AS DOUBLE), CAST(0 AS DOUBLE))"


RULE = RuleType(
    id="S10",
    slug="cost_structure_deviation",
    name_zh="疑似费用/结构偏离",
    name_en="Suspected deviation of cost or structure",
    kind="suspicion",
    own_pay=True,
    sev_deg=3,
    control_mode="REMIND",
    stages=(3,),
    law="条例38(二)(七)",
    bhvr_code=None,
    gz_codes=(
        "GZ10000201003000",
        "GZ10000201004000",
        "ZB10000205001000",
        "ZB10000205002000",
        "ZB10000205003000",
        "ZB10000205004000",
        "ZB10000205005000",
        "ZB10000205006000",
    ),
    shape="profile",
    needs=("mdtrt_d", "setl_d", "fee_list_d", "diag_d"),
    optional=("oprn_d", "fixmedins_d"),
    params=(
        Param("diag_set", "list", "main diagnoses of the group; empty = all stays", role="diags"),
        Param("oprn_flag", "enum", "only stays without (0) or with (1) an oprn_d row; empty = both", one_of=("0", "1")),
        Param(
            "metric",
            "enum",
            "what is compared",
            required=True,
            one_of=METRICS,
        ),
        Param(
            "item_codes",
            "list",
            "required when metric is item_share; for example CT or MRI codes",
            role="codes",
            when=("metric", ("item_share",)),
        ),
        Param("period", "enum", "calendar period of endtime", required=True, one_of=("month", "quarter", "year")),
        Param("direction", "enum", "side that stands out", required=True, one_of=("high", "low", "both")),
        Param("z_min", "decimal", "robust z at or beyond which an institution stands out, above 0", required=True),
        Param("min_cases", "int", "least number of stays per institution", required=True),
        Param("min_peers", "int", "least number of institutions in the peer group", required=True),
    ),
    sentence="{period_value}{metric}为{value}，同级机构中位数{peer_median}（z={z}，{peers}家，{cases}例），疑似偏离。",
    demo_rules=5024,
    row_checks=(
        RowCheck("z_min", "z_min = 0", "z_min must be above 0"),
        RowCheck(
            "period",
            "metric = 'readmit_rate' AND period = 'month'",
            "period must be quarter or year when metric is readmit_rate",
        ),
    ),
    variant_needs={
        ("oprn_flag", "0"): ("oprn_d",),
        ("oprn_flag", "1"): ("oprn_d",),
    },
    evidence={
        "metric": "rule.metric",
        "period_value": "fault.period_value",
        "value": rounded("fault.x"),
        "peer_median": rounded("fault.peer_median"),
        "peer_mad": rounded("fault.peer_mad"),
        "z": rounded("fault.z"),
        "cases": "fault.cases",
        "peers": "fault.peers",
        "gap_times_cases": rounded("(fault.x - fault.peer_median) * CAST(fault.cases AS DOUBLE)"),
    },
    words={
        "metric": {
            "avg_fee": "次均费用",
            "avg_days": "平均住院日",
            "drug_share": "药品占比",
            "exam_share": "检查检验占比",
            "treat_share": "治疗手术占比",
            "material_share": "材料占比",
            "item_share": "项目占比",
            "readmit_rate": "31日内再住院率",
        }
    },
    # Statistics are computed in double (contract). An institution that billed nothing has no shares.
    logic={
        "x": f"""CASE rule.metric
            WHEN 'avg_fee' THEN {_ratio("own.fee_amt", "own.cases * 100")}
            WHEN 'avg_days' THEN {_ratio("own.nights", "own.cases")}
            WHEN 'drug_share' THEN {_ratio("own.drug_amt", "own.fee_amt")}
            WHEN 'exam_share' THEN {_ratio("own.exam_amt", "own.fee_amt")}
            WHEN 'treat_share' THEN {_ratio("own.treat_amt", "own.fee_amt")}
            WHEN 'material_share' THEN {_ratio("own.material_amt", "own.fee_amt")}
            WHEN 'item_share' THEN {_ratio("own.item_amt", "own.fee_amt")}
            WHEN 'readmit_rate' THEN {_ratio("own.returns", "own.cases")}
        END""",
        "stands_out": """CASE rule.direction
            WHEN 'high' THEN scored.z >= CAST(rule.z_min AS DOUBLE) / CAST(1000000 AS DOUBLE)
            WHEN 'low' THEN scored.z <= -CAST(rule.z_min AS DOUBLE) / CAST(1000000 AS DOUBLE)
            WHEN 'both' THEN abs(scored.z) >= CAST(rule.z_min AS DOUBLE) / CAST(1000000 AS DOUBLE)
        END""",
    },
    beyond_person={("metric", GIVEN): "all stays of the institution and of its peers"},
)
