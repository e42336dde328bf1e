"""Suspected accident or third-party liability."""

from rules.rule_type import Param, RuleType

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
)
