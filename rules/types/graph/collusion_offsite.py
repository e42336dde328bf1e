"""Suspected collusion, similar cases, off-site pattern."""

from rules.engines.portable import count, price
from rules.rule_type import GIVEN, Param, RowCheck, RuleType

RULE = RuleType(
    id="S11",
    slug="collusion_offsite",
    name_zh="疑似结伴/团伙聚集、相似病例与异地就医异常",
    name_en="Suspected collusion, similar cases, off-site pattern",
    kind="suspicion",
    own_pay=False,
    sev_deg=2,
    control_mode="REMIND",
    stages=(3,),
    law="条例40(一)",
    bhvr_code=None,
    gz_codes=("LX-S11",),
    shape="graph",
    needs=("mdtrt_d", "setl_d", "fee_list_d"),
    optional=("diag_d", "psn_d"),
    params=(
        Param("variant", "enum", "kind of group", required=True, one_of=("co_admit", "similar", "offsite")),
        Param("min_size", "int", "least number of persons in a group, at least 2", required=True),
        Param(
            "gap_days",
            "int",
            "required when variant is co_admit; largest distance of admission dates",
            one_of=("0", "1", "2", "3"),
            unit="day",
            when=("variant", ("co_admit",)),
        ),
        Param(
            "min_common",
            "int",
            "required when variant is co_admit; shared admissions that make an edge",
            when=("variant", ("co_admit",)),
        ),
        Param(
            "same_employer",
            "int",
            "1 = the two persons must have the same emp_no; default 0",
            one_of=("0", "1"),
            default="0",
        ),
        Param(
            "lookback_months",
            "int",
            "months, the judged one included, in which shared admissions count; default 12",
            unit="month",
            default="12",
        ),
        Param(
            "min_sim",
            "decimal",
            "required when variant is similar; least weighted Jaccard",
            when=("variant", ("similar",)),
        ),
        Param("fee_bucket", "decimal", "width of the fee class used as block; default 100", unit="yuan", default="100"),
        Param("max_block", "int", "blocks with more stays are left out; default 200", default="200"),
        Param(
            "min_share",
            "decimal",
            "required when variant is offsite; least share of the institution's stays",
            when=("variant", ("offsite",)),
        ),
    ),
    sentence="{month}疑似团伙聚集（{variant}）：{persons}人{visits}次住院，关联{edges}条，占比{share}，涉及基金{fund_amt}元。",
    demo_rules=64,
    row_checks=(
        RowCheck("min_size", "min_size < 2", "min_size must be at least 2"),
        RowCheck("fee_bucket", "fee_bucket = 0", "fee_bucket must be above 0"),
    ),
    variant_needs={
        ("variant", "similar"): ("diag_d",),
        ("same_employer", "1"): ("psn_d",),
    },
    # Persons and visits are those of the whole group, also of stays that cost the fund nothing; min_sim is the rule's limit.
    evidence={
        "variant": "rule.variant",
        "month": "fault.month",
        "persons": "fault.persons",
        "visits": "fault.visits",
        "edges": "fault.edges",
        "min_sim": f"CASE WHEN rule.variant = 'similar' THEN {price('rule.min_sim')} END",
        "share": count("fault.share"),
        "insu_admdvs": "fault.insu_admdvs",
    },
    words={"variant": {"co_admit": "结伴住院", "similar": "相似病例", "offsite": "异地就医集中"}},
    # A missing employer is not an equal one. Shares and similarities are ten-thousandths, rounded before.
    logic={
        "is_company": "rule.same_employer = 0 OR stay.emp_no = other.emp_no",
        "is_alike": "alike.similarity * 100 >= rule.min_sim",
        "is_offsite": "elsewhere.persons >= rule.min_size AND elsewhere.share * 100 >= rule.min_share",
    },
    beyond_person={("variant", GIVEN): "groups of persons and the stays of a whole institution"},
)
