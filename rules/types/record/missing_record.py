"""Missing report, record or consent."""

from rules.engines.portable import day, money
from rules.rule_type import GIVEN, Param, RuleType

RULE = RuleType(
    id="V28",
    slug="missing_record",
    name_zh="诊疗记录缺失",
    name_en="Missing report, record or consent",
    kind="violation",
    own_pay=True,
    sev_deg=1,
    control_mode="REMIND",
    stages=(3,),
    law="条例38(七)、40(三)",
    bhvr_code=None,
    gz_codes=("LX-V28",),
    shape="record",
    needs=("fee_list_d", "setl_d"),
    optional=("report_d", "record_d", "consent_d"),
    params=(
        Param(
            "variant",
            "enum",
            "what must exist; needs report_d, record_d or consent_d",
            required=True,
            one_of=("report", "record", "consent"),
        ),
        Param(
            "item_codes",
            "list",
            "required when variant is report or record; codes",
            role="codes",
            when=("variant", ("report", "record")),
        ),
        Param(
            "rec_type",
            "list",
            "required when variant is record; kinds that satisfy",
            one_of=("course", "nursing", "treatment", "operation"),
            when=("variant", ("record",)),
        ),
        Param(
            "max_delay_days",
            "int",
            "required when variant is report or record; days after the charge",
            unit="day",
            when=("variant", ("report", "record")),
        ),
        Param(
            "chrgitm_lv",
            "list",
            "required when variant is consent; levels that need consent",
            one_of=("2", "3"),
            when=("variant", ("consent",)),
        ),
        Param("min_amt", "decimal", "lines below this net_amt need no consent; default 0", unit="yuan", default="0"),
    ),
    sentence="{hilist_name}于{fee_date}收费，未见对应报告、记录或已签署的知情同意书（{variant}），涉及金额{vola_amt}元。",
    demo_rules=6900,
    variant_needs={
        ("variant", "report"): ("report_d",),
        ("variant", "record"): ("record_d",),
        ("variant", "consent"): ("consent_d",),
    },
    evidence={
        "variant": "rule.variant",
        "item_codes": "rule.item_codes_text",
        "hilist_name": "line.hilist_name",
        "fee_date": day("line.fee_date"),
        "max_delay_days": "rule.max_delay_days",
        "chrgitm_lv": "CASE rule.variant WHEN 'consent' THEN CAST(line.chrgitm_lv AS STRING) END",
        "min_amt": money("CASE rule.variant WHEN 'consent' THEN (rule.min_amt + 5000) DIV 10000 END"),
    },
    words={"variant": {"report": "报告", "record": "诊疗记录", "consent": "知情同意书"}},
    # What documents a line is looked up in rules/shapes/documents.py. Reports and records are asked of paid lines only, and
    # not of what another institution carried out.
    logic={
        "is_by_code": "rule.variant IN ('report', 'record')",
        "is_by_line": "rule.variant = 'consent'",
        "line_condition": """CASE rule.variant
            WHEN 'consent' THEN array_contains(rule.chrgitm_lv, CAST(line.chrgitm_lv AS STRING))
                AND line.net_amt * 10000 >= rule.min_amt
            ELSE line.net_inscp > 0 AND coalesce(line.etip_flag, 0) = 0
        END""",
    },
    beyond_person={("variant", GIVEN): "whether the institution sent any such row that month, for whomever"},
)
