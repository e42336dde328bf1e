"""Care setting restriction (inpatient, outpatient, emergency, internet)."""

from rules import words
from rules.engines.portable import plus_days
from rules.rule_type import Param, RuleType

RULE = RuleType(
    id="V07",
    slug="care_setting",
    name_zh="限就医方式",
    name_en="Care setting restriction (inpatient, outpatient, emergency, internet)",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="SETTLE",
    stages=(1, 2, 3),
    law="条例38(六)",
    bhvr_code="T380601",
    gz_codes=("GZ10000102009000",),
    shape="line",
    needs=("fee_list_d", "setl_d", "mdtrt_d"),
    optional=(),
    params=(
        Param("med_list_codg", "string", "restricted drug or item", required=True, role="codes"),
        Param(
            "allowed_class",
            "list",
            "visit classes in which it is payable; empty = all",
            one_of=("OTP", "EMERG", "OPSP", "IPT", "DAYSURG", "PHARM", "MATN", "TRAUMA"),
        ),
        Param(
            "internet",
            "enum",
            "deny = not payable when pay_loc is 5; default any",
            one_of=("any", "deny"),
            default="any",
        ),
        Param(
            "skip_first_days",
            "int",
            "first calendar days of an inpatient visit not judged; default 0",
            unit="day",
            default="0",
        ),
        Param(
            "skip_last_days",
            "int",
            "last calendar days of an inpatient visit not judged; default 0",
            unit="day",
            default="0",
        ),
    ),
    sentence="{hilist_name}限{allowed_class}就医方式支付，本次就医方式为{visit_class}，涉及金额{vola_amt}元。",
    demo_rules=1824,
    gz_new_2025=("药品限就医方式", "超互联网医院药品支付范围"),
    evidence={
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "visit_class": "line.visit_class",
        "allowed_class": "rule.allowed_class",
        "pay_loc": "line.pay_loc",
    },
    words={"visit_class": words.VISIT_CLASS, "allowed_class": words.VISIT_CLASS},
    # (a) the wrong class, outside the skipped first and last days of an inpatient visit; (b) an internet visit.
    logic={
        "condition": f"""(
                line.visit_class IS NOT NULL AND NOT array_contains(rule.allowed_class, line.visit_class)
                AND NOT (line.is_inpatient AND (
                    line.fee_date < {plus_days("CAST(line.begn_time AS DATE)", "rule.skip_first_days")}
                    OR line.fee_date > {plus_days("CAST(line.end_time AS DATE)", "-rule.skip_last_days")}))
            ) OR (rule.internet = 'deny' AND line.pay_loc = '5')"""
    },
)
