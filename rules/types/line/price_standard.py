"""Charged above the price standard."""

from rules.engines.portable import count, mul_div, price
from rules.rule_type import Param, RowCheck, RuleType

# The ceiling: the whole price, or its payable share (6 decimals) for a further operation of the day.
CAP = f"""CASE rule.variant
    WHEN 'cap' THEN rule.price_cap
    ELSE {mul_div("rule.price_cap", "rule.second_pct", "1000000")}
END"""

RULE = RuleType(
    id="V13",
    slug="price_standard",
    name_zh="超标准收费",
    name_en="Charged above the price standard",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="ERROR",
    stages=(1, 2, 3),
    law="条例38(三)",
    bhvr_code="T380302",
    gz_codes=("GZ10000102001000", "GZ10000102002000"),
    shape="line",
    needs=("fee_list_d", "setl_d"),
    optional=(),
    params=(
        Param(
            "variant",
            "enum",
            "price ceiling, or discount of a further operation on the same day",
            required=True,
            one_of=("cap", "second_operation"),
        ),
        Param("med_list_codg", "string", "priced code", required=True, role="codes"),
        Param("price_cap", "decimal", "full ceiling price (level and region by scope columns)", required=True, unit="yuan"),
        Param(
            "second_pct",
            "decimal",
            "required when variant is second_operation; payable share of the full price, 0 to 1",
            when=("variant", ("second_operation",)),
        ),
        Param(
            "group_codes",
            "list",
            "required when variant is second_operation; operations of the same site that count as the first one",
            role="codes",
            when=("variant", ("second_operation",)),
        ),
    ),
    sentence="{hilist_name}单价{pric}元，标准为{price_cap}元（折算比例{second_pct}），超标准金额{vola_amt}元。",
    demo_rules=33258,
    row_checks=(RowCheck("second_pct", "second_pct > 1", "second_pct must lie between 0 and 1"),),
    evidence={
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "pric": price("line.pric"),
        "price_cap": price("rule.price_cap"),
        "second_pct": price("rule.second_pct"),
        "cnt": count("line.net_cnt"),
    },
    # A price of 0 is unknown. Prices are compared with the tolerance of 0.005 yuan (general.tolerance).
    logic={
        "condition": f"line.pric > 0 AND line.pric > {CAP} + 5000",
        "fault_amt": f"least({mul_div(f'line.pric - {CAP}', 'line.net_cnt', '100000000')}, line.net_amt)",
    },
)
