"""Second-line drug without first-line treatment."""

from rules.engines.portable import day
from rules.rule_type import Param, RuleType

RULE = RuleType(
    id="V08",
    slug="step_therapy",
    name_zh="限二线（阶梯）用药",
    name_en="Second-line drug without first-line treatment",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="ERROR",
    stages=(1, 3),
    law="条例38(六)",
    bhvr_code="T380601",
    gz_codes=("GZ10000101005000",),
    shape="pair",
    needs=("fee_list_d", "setl_d"),
    optional=("diag_d",),
    params=(
        Param("med_list_codg", "string", "second-line drug", required=True, role="codes"),
        Param("first_line_codes", "list", "first-line drugs", required=True, role="codes"),
        Param("lookback_days", "int", "how far back a first-line line counts", required=True, unit="day"),
        Param(
            "repeat_free_days",
            "int",
            "an earlier line of the same second-line drug within this look-back spares the line (continued treatment)",
            unit="day",
        ),
    ),
    sentence="{hilist_name}限二线用药，{fee_date}前{lookback_days}天内无一线用药记录，涉及金额{vola_amt}元。",
    demo_rules=601,
    evidence={
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "lookback_days": "rule.lookback_days",
        "fee_date": day("line.fee_date"),
        "first_line_codes": "rule.first_line_codes_text",
    },
    # Judged over the person's past in rules/shapes/step.py.
    logic={"is_windowed": "FALSE"},
)
