"""Features that persons, doctors and institutions have in common: the same words for the same thing."""

# A feature reads best in one line, and Chinese counts twice.
# ruff: noqa: E501

from __future__ import annotations

from lake.tables.feature import DAYS, LINES, PER_THOUSAND, SHARE, STAYS, TIMES, VISITS, YUAN, Feature, feature
from lake.tables.rule_type_names import RULE_TYPE_NAMES

# Months that a month is compared with: the one before, and the mean of the 3, 6 and 12 before.
SPANS = (1, 3, 6, 12)
# Months over which conclusions are counted, the row's own among them: auditors conclude long after the bill.
REVIEWED_MONTHS = 12

VOLUMES: tuple[Feature, ...] = (
    feature("lines", "bigint", "net lines settled in the month", "明细条数", LINES, "bill_line"),
    feature("visits", "bigint", "visits with a settlement in the month", "就诊人次", VISITS, "bill_visit"),
    feature("fee_amt", "money", "amount of the net lines", "总费用", YUAN, "bill_line.net_amt"),
    feature("inscp_amt", "money", "part of it within the policy's scope", "政策范围内费用", YUAN, "bill_line.net_inscp"),
    feature("visit_days", "bigint", "days on which visits other than stays began", "门诊就诊天数", DAYS, "bill_visit.begn_time"),
    feature("stays", "bigint", "stays settled in the month", "住院人次", STAYS, "bill_visit.visit_class"),
    feature(
        "stay_days", "bigint", "days of these stays, at least one each", "住院天数", DAYS, "bill_visit.begn_time, end_time"
    ),
)  # fmt: skip
MIX: tuple[Feature, ...] = (
    feature("drug_share", "double", "share of drugs in the amount", "药品费用占比", SHARE, "bill_line.list_type 101–103", "lines"),
    feature(
        "exam_share", "double", "share of examinations and laboratory tests in the amount", "检查检验费用占比", SHARE,
        "bill_line.med_chrgitm_type 03, 04", "lines",
    ),
    feature("consumable_share", "double", "share of consumables in the amount", "耗材费用占比", SHARE, "bill_line.list_type 301", "lines"),
    feature(
        "treatment_share", "double", "share of treatments and operations in the amount", "治疗手术费用占比", SHARE,
        "bill_line.med_chrgitm_type 05, 06", "lines",
    ),
    feature(
        "antibiotic_share", "double", "share of antibiotics (ATC J01) in the amount of drugs", "抗菌药物占药费比", SHARE,
        "bill_line, catalog_d.atc", "drug_lines",
    ),
    feature("drug_lines", "bigint", "net lines of drugs", "药品明细条数", LINES, "bill_line.list_type 101–103"),
    feature("ownpay_share", "double", "share of the amount outside the policy's scope", "范围外费用占比", SHARE, "bill_line.net_inscp", "lines"),
    feature("night_share", "double", "share of lines charged from 22:00 to 06:00", "夜间明细占比", SHARE, "bill_line.fee_time", "lines"),
    feature(
        "holiday_share", "double", "share of lines charged on days off (week-ends and public holidays, conf: features)",
        "节假日明细占比", SHARE, "bill_line.fee_date", "lines",
    ),
    feature("override_share", "double", "share of restricted lines for which the hospital claims that the restriction is met",
            "限制条件放行占比", SHARE, "fee_list_d.lmt_used_flag, hosp_appr_flag", "restricted_lines"),
    feature("restricted_lines", "bigint", "lines whose item has a restricted use (lmt_used_flag 1)", "限制使用明细条数", LINES,
            "fee_list_d.lmt_used_flag"),
)  # fmt: skip
CARE: tuple[Feature, ...] = (
    feature("offsite_share", "double", "share of visits settled in another city or province", "异地就医占比", SHARE, "bill_visit.pay_loc 3, 4", "visits"),
    feature(
        "fee_to_peers", "double",
        "cost of a visit beside that of visits of the same level, class and disease group in the month, mean over visits",
        "次均费用与同类之比", TIMES, "bill_line.net_amt, bill_visit.hosp_rank, visit_class, main_diag", "peer_visits",
    ),
    feature("peer_visits", "bigint", "visits with at least ten peers", "有同类可比的就诊人次", VISITS, "bill_visit"),
    feature("top_diag_share", "double", "share of the most frequent main diagnosis among visits that have one", "最常见诊断占比", SHARE,
            "bill_visit.main_diag", "diag_visits"),
    feature("diag_visits", "bigint", "visits with a main diagnosis", "有主诊断的就诊人次", VISITS, "bill_visit.main_diag"),
    feature("stay_days_mean", "double", "mean days of a stay", "平均住院日", DAYS, "bill_visit.begn_time, end_time", "stays"),
    feature("readmission_share", "double", "share of stays begun within 30 days after the person's last stay ended", "30 日再入院占比", SHARE,
            "bill_visit.begn_time, end_time", "stays"),
)  # fmt: skip
REFILLS: tuple[Feature, ...] = (
    feature("refills", "bigint", "drugs given to a person again within 120 days, outside stays, whose days of supply are known",
            "续配药次数", LINES, "bill_line.prd_days, fee_date"),
    feature("early_refill_share", "double", "share of refills before four fifths of the last supply were used up", "提前续配占比", SHARE,
            "bill_line.prd_days, fee_date", "refills"),
)  # fmt: skip


def _trend(name: str, meaning: str, name_zh: str, source: str) -> tuple[Feature, ...]:
    """The measure beside its mean over the months before; missing where the lake begins later, or nothing stood there."""
    return tuple(
        feature(
            f"{name}_trend_{span}", "double", f"{meaning} beside the mean of the {span} months before", f"{name_zh}与前 {span} 个月均值之比",
            TIMES, source,
        )
        for span in SPANS
    )  # fmt: skip


TRENDS: tuple[Feature, ...] = (
    *_trend("fee", "amount", "总费用", "bill_line.net_amt"),
    *_trend("visit", "visits", "就诊人次", "bill_visit"),
)
FOUND: tuple[Feature, ...] = (
    feature("violation_rate", "double", "findings of violations (V types), active, found for the month", "违规疑点率", PER_THOUSAND,
            "finding", "lines"),
    feature("suspicion_rate", "double", "findings of suspicions (S types), active, found for the month", "可疑疑点率", PER_THOUSAND,
            "finding", "lines"),
    feature("lines_12m", "bigint", "net lines of the last 12 months", "近 12 个月明细条数", LINES, "bill_line"),
    feature("found_12m", "bigint", "findings of the last 12 months", "近 12 个月疑点数", LINES, "finding"),
    feature("reviewed_12m", "bigint", "findings of the last 12 months that auditors had concluded on by the end of the month",
            "近 12 个月已稽核疑点数", LINES, "outcome.concluded_on"),
    feature("confirmed_rate_12m", "double", "findings of the last 12 months confirmed by the end of the month", "近 12 个月成立疑点率",
            PER_THOUSAND, "outcome.conclusion", "lines_12m"),
    feature("confirmed_share_12m", "double", "share of confirmed ones among the concluded findings of the last 12 months",
            "近 12 个月稽核成立占比", SHARE, "outcome.conclusion", "reviewed_12m"),
)  # fmt: skip


def found_by_type(confirmed: bool) -> tuple[Feature, ...]:
    """Findings of each rule type, or the confirmed ones of the last 12 months."""
    if confirmed:
        return tuple(
            feature(
                f"confirmed_rate_12m_{type_id.lower()}", "double", f"findings of type {type_id} in the last 12 months confirmed by the end of the month",
                f"近 12 个月{name_zh}成立率", PER_THOUSAND, "outcome.conclusion, finding.rule_type_id", "lines_12m",
            )
            for type_id, name_zh in RULE_TYPE_NAMES.items()
        )  # fmt: skip
    return tuple(
        feature(
            f"finding_rate_{type_id.lower()}", "double", f"findings of type {type_id}, active, found for the month",
            f"{name_zh}疑点率", PER_THOUSAND, "finding.rule_type_id", "lines",
        )
        for type_id, name_zh in RULE_TYPE_NAMES.items()
    )  # fmt: skip
