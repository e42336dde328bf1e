"""Suspected high-frequency use."""

from rules.engines.portable import day
from rules.rule_type import GIVEN, Param, RuleType
from rules.shapes.peers import rounded

RULE = RuleType(
    id="S08",
    slug="high_frequency_use",
    name_zh="疑似高频就医/频繁购药",
    name_en="Suspected high-frequency use",
    kind="suspicion",
    own_pay=False,
    sev_deg=3,
    control_mode="REMIND",
    stages=(2, 3),
    law="条例38(二)(五)",
    bhvr_code="T380204",
    gz_codes=("GZ10000204002000", "GZ10000204003000", "GZ10000204004000"),
    shape="person",
    needs=("mdtrt_d", "setl_d"),
    optional=("diag_d",),
    params=(
        Param(
            "metric",
            "enum",
            "visits, or different institutions, of one person",
            required=True,
            one_of=("visits", "institutions"),
        ),
        Param("period", "enum", "calendar period of begntime", required=True, one_of=("day", "month", "year")),
        Param("max_count", "int", "highest usual number", required=True),
        Param("z_min", "decimal", "robust z within like persons that is needed as well"),
        Param("min_peers", "int", "least number of like persons for z_min; default 100", default="100"),
    ),
    sentence="参保人{period_value}（{period}）{metric}计{count}，超过{max_count}，本次为第{visit_no}次，涉及基金{fund_amt}元。",
    demo_rules=160,
    evidence={
        "metric": "rule.metric",
        "period": "rule.period",
        "period_value": f"""CASE rule.period WHEN 'year' THEN date_format(fault.first_day, 'yyyy')
            WHEN 'month' THEN date_format(fault.first_day, 'yyyy-MM') ELSE {day("fault.first_day")} END""",
        "count": "fault.counted",
        "max_count": "rule.max_count",
        "visit_no": "fault.visit_no",
        "z": rounded("fault.z"),
    },
    words={
        "metric": {"visits": "就诊次数", "institutions": "就诊机构数"},
        "period": {"day": "日", "month": "月", "year": "年"},
    },
    # The visits are counted in rules/shapes/high_use.py.
    logic={},
    # Without z_min a person's visits are counted against the rule's own limit.
    beyond_person={("z_min", GIVEN): "like persons of the period, by insurance, sex and age decade"},
)
