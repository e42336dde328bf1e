"""Over-supply, early refill, too many kinds."""

from rules.engines.portable import count, day
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
    evidence={
        "variant": "rule.variant",
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "supply_days": count("fault.supply_days"),
        "max_days": count("CASE rule.variant WHEN 'supply' THEN (rule.max_days + 50) DIV 100 END"),
        "stock_days": count("CASE rule.variant WHEN 'early' THEN fault.stock_days END"),
        "advance_days": count("CASE rule.variant WHEN 'early' THEN (rule.advance_days + 50) DIV 100 END"),
        "kinds": "fault.kinds",
        "max_kinds": "CASE rule.variant WHEN 'kinds' THEN rule.max_kinds END",
        "prev_date": day("fault.prev_date"),
    },
    words={"variant": {"supply": "超量开药", "early": "提前取药", "kinds": "种类超标"}},
    # Take-home drugs of a stay are judged by V22 alone. A row that counts kinds and names a code counts those of the code.
    # The days since the earlier supply are used up before any is in stock.
    logic={
        "is_by_code": "rule.variant = 'supply' OR rule.variant = 'kinds' AND rule.med_list_codg_text IS NOT NULL",
        "is_by_kind": "rule.variant = 'kinds' AND rule.med_list_codg_text IS NULL",
        "is_early": "rule.variant = 'early'",
        "line_condition": """NOT line.is_inpatient AND (rule.variant <> 'kinds'
            OR line.rx_drord_no IS NOT NULL AND line.code_key IS NOT NULL AND array_contains(rule.list_type, line.list_type))""",
        "days_window": "CASE rule.variant WHEN 'supply' THEN CAST(line.fee_date AS STRING) END",
        "kinds_window": "CASE rule.variant WHEN 'kinds' THEN line.rx_drord_no END",
        "allowed": "CASE rule.variant WHEN 'early' THEN rule.advance_days + held.gap_days * 1000000 ELSE rule.max_days END",
    },
)
