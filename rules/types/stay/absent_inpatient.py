"""Suspected absent inpatient."""

from rules.engines.portable import moment
from rules.rule_type import Param, RuleType

# Both the first and the last date count.
STAY_DAYS = "CAST(datediff(CAST(visit.end_time AS DATE), CAST(visit.begn_time AS DATE)) + 1 AS INT)"

RULE = RuleType(
    id="S02",
    slug="absent_inpatient",
    name_zh="疑似挂床/挂名住院",
    name_en="Suspected absent inpatient",
    kind="suspicion",
    own_pay=False,
    sev_deg=2,
    control_mode="REMIND",
    stages=(3,),
    law="条例38(一)",
    bhvr_code=None,
    gz_codes=("LX-S02",),
    shape="stay",
    needs=("mdtrt_d", "setl_d", "fee_list_d"),
    optional=("drord_d", "record_d", "onsite_d"),
    params=(
        Param(
            "variant",
            "enum",
            "kind of sign; onsite needs onsite_d",
            required=True,
            one_of=("empty_days", "hollow", "elsewhere", "onsite"),
        ),
        Param(
            "min_days",
            "int",
            "least number of empty days (empty_days), of stay days (hollow) or of dates seen elsewhere (elsewhere); "
            "default 3, 3, 1",
            unit="day",
            default_by=("variant", {"empty_days": "3", "hollow": "3", "elsewhere": "1"}),
        ),
        Param(
            "passive_types",
            "list",
            "med_chrgitm_type that prove no presence; default 01;02;07;12;13;14",
            default="01;02;07;12;13;14",
        ),
    ),
    sentence="住院{begntime}至{endtime}疑似挂床或挂名（{variant}）：无诊疗日期{empty_dates}，外院就诊{other_mdtrt_id}，现场核查{chk_time}。",
    demo_rules=96,
    variant_needs={
        ("variant", "onsite"): ("onsite_d",),
    },
    evidence={
        "variant": "rule.variant",
        "begntime": moment("visit.begn_time"),
        "endtime": moment("visit.end_time"),
        "empty_dates": "fault.dates",
        "stay_days": STAY_DAYS,
        "other_mdtrt_id": "fault.other_id",
        "chk_time": moment("fault.at_time"),
    },
    words={
        "variant": {
            "empty_days": "多日无诊疗",
            "hollow": "全程无诊疗",
            "elsewhere": "住院期间外院就诊",
            "onsite": "现场核查不在床",
        }
    },
    # Stays long enough to be looked at; the signs themselves are in the shape's absence statements.
    logic={
        "condition": f"""visit.begn_time IS NOT NULL AND CASE rule.variant
            WHEN 'empty_days' THEN {STAY_DAYS} - 2 >= rule.min_days OR rule.min_days = 0
            WHEN 'hollow' THEN {STAY_DAYS} >= rule.min_days
            ELSE TRUE
        END"""
    },
)
