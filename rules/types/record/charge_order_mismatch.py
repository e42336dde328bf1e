"""Charge does not match the order."""

from rules.engines.portable import count, moment
from rules.rule_type import Param, RuleType

RULE = RuleType(
    id="V27",
    slug="charge_order_mismatch",
    name_zh="收费与医嘱不符",
    name_en="Charge does not match the order",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="REMIND",
    stages=(3,),
    law="条例38(三)、40(三)",
    bhvr_code="T380302",
    gz_codes=("LX-V27",),
    shape="record",
    needs=("fee_list_d", "setl_d", "drord_d"),
    optional=("medins_map_d",),
    params=(
        Param("variant", "enum", "kind of mismatch", required=True, one_of=("no_order", "over_exec", "after_stop")),
        Param("item_codes", "list", "codes that must be ordered", required=True, role="codes"),
        Param(
            "cnt_per_exec",
            "decimal",
            "required when variant is over_exec; charged count for one execution",
            when=("variant", ("over_exec",)),
        ),
        Param("tolerance_cnt", "decimal", "count that is let pass; default 0", default="0"),
        Param("grace_hours", "decimal", "charge allowed after the stop; default 0", unit="hour", default="0"),
    ),
    sentence="{hilist_name}收费{cnt}与医嘱{drord_no}不符（{variant}，执行{exec_cnt}次，停嘱{drord_endtime}），涉及金额{vola_amt}元。",
    demo_rules=8220,
    evidence={
        "variant": "rule.variant",
        "item_codes": "rule.item_codes_text",
        "hilist_name": "line.hilist_name",
        "drord_no": "line.rx_drord_no",
        "exec_cnt": count("fault.exec_cnt"),
        "cnt": count("fault.cnt"),
        "drord_endtime": moment("fault.drord_endtime"),
    },
    words={"variant": {"no_order": "无医嘱", "over_exec": "超出执行次数", "after_stop": "停嘱后收费"}},
    # Lines meet their visit's orders in rules/shapes/record.py.
    logic={"is_by_code": "TRUE"},
)
