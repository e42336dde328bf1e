"""Suspected substitution and stock difference."""

from rules.engines.portable import count
from rules.rule_type import Param, RuleType

RULE = RuleType(
    id="S09",
    slug="substitution_stock",
    name_zh="疑似串换药品/耗材/项目（含进销存差异）",
    name_en="Suspected substitution and stock difference",
    kind="suspicion",
    own_pay=True,
    sev_deg=2,
    control_mode="REMIND",
    stages=(3,),
    law="条例38(四)、40(三)",
    bhvr_code=None,
    gz_codes=("GZ10000202001000", "GZ10000203001000"),
    shape="profile",
    needs=("fee_list_d", "setl_d"),
    optional=("inventory_d", "medins_map_d"),
    params=(
        Param(
            "variant",
            "enum",
            "balance needs inventory_d, map needs medins_map_d",
            required=True,
            one_of=("balance", "map"),
        ),
        Param("item_codes", "list", "codes judged; empty = all drugs and consumables", role="codes"),
        Param("tolerance_pct", "decimal", "share of the available stock let pass; default 0", default="0"),
        Param("tolerance_cnt", "decimal", "count let pass; default 0", unit="count", default="0"),
        Param("unit_factor", "decimal", "charged counts in one stock count; default 1", default="1"),
    ),
    sentence="{hilist_name}{month}销售{sold_cnt}，可供{avail_cnt}，超出{excess_cnt}；院内码{medins_list_codg}对应{mapped_codes}，疑似串换，金额{vola_amt}元。",
    demo_rules=2300,
    variant_needs={
        ("variant", "balance"): ("inventory_d",),
        ("variant", "map"): ("medins_map_d",),
    },
    evidence={
        "variant": "rule.variant",
        "med_list_codg": "line.med_list_codg",
        "hilist_name": "line.hilist_name",
        "month": "date_format(line.fee_date, 'yyyy-MM')",
        "sold_cnt": count("fault.sold"),
        "avail_cnt": count("fault.avail"),
        "excess_cnt": count("fault.excess"),
        "medins_list_codg": "CASE WHEN rule.variant = 'map' THEN line.medins_list_codg END",
        "mapped_codes": "fault.mapped_codes",
    },
    # A code mapped elsewhere is decided by the shape; more was sold than there was, beyond what the row lets pass.
    logic={
        "is_excess": """held.excess > CAST(rule.tolerance_cnt AS DECIMAL(38, 0)) * CAST(10000 AS DECIMAL(38, 0))
            AND held.excess * CAST(1000000 AS DECIMAL(38, 0)) > held.avail * CAST(rule.tolerance_pct AS DECIMAL(38, 0))"""
    },
    # The variant map compares a line with its institution's catalogue alone.
    beyond_person={("variant", "balance"): "all that the institution sold of the item in the month"},
)
