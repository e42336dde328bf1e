"""Outside the disease list of outpatient chronic and special diseases."""

from rules.engines.portable import day
from rules.rule_type import Param, RuleType

RULE = RuleType(
    id="V11",
    slug="opsp_list",
    name_zh="门诊慢特病超病种目录范围",
    name_en="Outside the disease list of outpatient chronic and special diseases",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="SETTLE",
    stages=(2, 3),
    law="条例38(六)",
    bhvr_code="T380601",
    gz_codes=("GZ10000101011000",),
    shape="line",
    needs=("fee_list_d", "setl_d", "mdtrt_d"),
    optional=("filing_d",),
    params=(
        Param(
            "variant",
            "enum",
            "list = one row per disease which findings name; allow = one row per payable code of that disease",
            required=True,
            one_of=("list", "allow"),
        ),
        Param("opsp_dise_code", "string", "outpatient special disease code", required=True),
        Param(
            "med_list_codg",
            "string",
            "required when variant is allow; the payable code",
            role="codes",
            when=("variant", ("allow",)),
        ),
        Param(
            "need_filing",
            "int",
            "only in list rows; 1 = a valid filing is required; default 0",
            one_of=("0", "1"),
            default="0",
        ),
    ),
    sentence="{hilist_name}不在门诊慢特病病种{opsp_dise_code}目录范围内或无有效备案（{reason}），涉及金额{vola_amt}元。",
    demo_rules=73800,
    evidence={
        "opsp_dise_code": "rule.opsp_dise_code",
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "reason": "named.reason",
        "fee_date": day("line.fee_date"),
    },
    # Which lines are named needs all rows of a disease at once: the shape's opsp_disease and opsp_named.
    logic={"by_code": "FALSE"},
)
