"""Suspected accident or third-party liability."""

from rules.engines.portable import plus_days
from rules.rule_type import Param, RuleType
from rules.shapes.entries import main_kind

# The words of the row that the main complaint holds.
TOLD = "filter(rule.keywords, word -> contains(visit.main_cond_dscr, word))"

RULE = RuleType(
    id="S05",
    slug="accident_third_party",
    name_zh="疑似意外伤害/第三方责任",
    name_en="Suspected accident or third-party liability",
    kind="suspicion",
    own_pay=False,
    sev_deg=2,
    control_mode="REMIND",
    stages=(1, 3),
    law="条例38(六)、40(一)",
    bhvr_code="T380601",
    gz_codes=("LX-S05",),
    shape="stay",
    needs=("mdtrt_d", "setl_d", "diag_d"),
    optional=("filing_d",),
    params=(
        Param(
            "variant",
            "enum",
            "kind of sign",
            required=True,
            one_of=("no_filing", "rejected_paid", "third_party", "text"),
        ),
        Param("injury_set", "list", "injury diagnoses, for example S00-T98", required=True, role="diags"),
        Param(
            "keywords",
            "list",
            "required when variant is text; words for traffic, work, fight",
            when=("variant", ("text",)),
        ),
        Param("filing_days", "int", "filing may begin so many days after discharge; default 0", unit="day", default="0"),
    ),
    sentence="主要诊断{main_diag}属外伤，疑似应由第三方或其他险种负担（{variant}，备案{filing_id}，审核标志{chk_pay_flag}，关键词{keyword}）。",
    demo_rules=3260,
    variant_needs={
        ("variant", "no_filing"): ("filing_d",),
        ("variant", "rejected_paid"): ("filing_d",),
        ("variant", "text"): ("filing_d",),
    },
    default_class=("IPT", "TRAUMA"),
    evidence={
        "variant": "rule.variant",
        "main_diag": "fault.codes",
        "filing_id": "fault.other_id",
        "chk_pay_flag": "fault.measure",
        "ttp_pay_flag": "visit.ttp_pay_flag",
        "keyword": f"nullif(array_join({TOLD}, ';'), '')",
    },
    words={
        "variant": {
            "no_filing": "无意外伤害备案",
            "rejected_paid": "备案审核不予支付仍支付",
            "third_party": "第三方支付标志",
            "text": "病情描述",
        },
        "chk_pay_flag": {"0": "不予支付", "1": "可支付"},
    },
    # What the filings of the person say is gathered in the shape's accident_filing; a person unknown has unknown filings.
    logic={
        "entry_kind": main_kind("rule.injury_set"),
        "entry_text": "rule.injury_set_text",
        "entry_keys": "rule.injury_set_keys",
        "condition": f"""CASE rule.variant
            WHEN 'third_party' THEN visit.ttp_pay_flag = 1
            WHEN 'text' THEN size({TOLD}) > 0
            ELSE TRUE
        END""",
        "named_fault": f"""rule.variant = 'third_party' OR visit.begn_time IS NOT NULL AND visit.psn_no IS NOT NULL
            AND CASE rule.variant
                WHEN 'no_filing' THEN filing.rule_key IS NULL
                    AND {plus_days("CAST(visit.end_time AS DATE)", "rule.filing_days")} <= task.as_of
                WHEN 'rejected_paid' THEN filing.is_rejected AND NOT filing.may_be_payable
                WHEN 'text' THEN NOT coalesce(filing.may_be_payable, FALSE)
            END""",
    },
)
