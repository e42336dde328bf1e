"""Over-supply, early refill, too many kinds."""

from rules.rule_type import Param, RowCheck, RuleType

RULE = RuleType(
    id="V21",
    slug="over_supply",
    name_zh="超量开药/提前取药/种类超标",
    name_en="Over-supply, early refill, too many kinds",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="ERROR",
    stages=(1, 2, 3),
    law="条例38(二)",
    bhvr_code="T380204",
    gz_codes=("GZ10000101009000", "GZ10000202004000"),
    shape="supply",
    needs=("fee_list_d", "setl_d", "mdtrt_d"),
    optional=("diag_d",),
    params=(
        Param(
            "variant",
            "enum",
            "days of one prescription, refill too early, or number of kinds",
            required=True,
            one_of=("supply", "early", "kinds"),
        ),
        Param(
            "med_list_codg",
            "string",
            "required when variant is supply or early; drug",
            role="codes",
            when=("variant", ("supply", "early")),
        ),
        Param(
            "max_days",
            "decimal",
            "required when variant is supply; days one dispensing may cover",
            unit="day",
            when=("variant", ("supply",)),
        ),
        Param(
            "advance_days",
            "decimal",
            "required when variant is early; days of stock allowed at a refill",
            unit="day",
            when=("variant", ("early",)),
        ),
        Param("pack_units", "decimal", "smallest units in one charged count"),
        Param("daily_units", "decimal", "largest daily number of smallest units"),
        Param(
            "list_type",
            "list",
            "required when variant is kinds; catalogue kinds counted",
            one_of=("101", "102", "103"),
            when=("variant", ("kinds",)),
        ),
        Param("max_kinds", "int", "required when variant is kinds; kinds per prescription", when=("variant", ("kinds",))),
    ),
    sentence="{hilist_name}开药{supply_days}天（限{max_days}天）或取药时余量{stock_days}天（限{advance_days}天）或种类{kinds}（限{max_kinds}），超出部分{vola_amt}元。",
    demo_rules=52138,
    row_checks=(
        RowCheck("pack_units", "pack_units = 0", "pack_units must be above 0"),
        RowCheck("daily_units", "daily_units = 0", "daily_units must be above 0"),
    ),
)
