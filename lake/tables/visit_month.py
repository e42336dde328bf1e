"""Features of visits, in each month in which they were settled. A visit is whole: its shares are facts and are not shrunk."""

# A feature reads best in one line, and Chinese counts twice.
# ruff: noqa: E501

from lake.tables.feature import DAYS, ITEMS, LINES, SHARE, TIMES, VISITS, YUAN, feature
from lake.tables.rule_type_names import RULE_TYPE_NAMES
from lake.tables.schema import Column, Table

VISIT_MONTH = Table(
    name="visit_month",
    meaning="one row per visit and month in which it was settled, as known by the month's end",
    key=("month", "mdtrt_id"),
    partition=("month",),
    columns=(
        Column("month", "string", "month of the settlement, YYYY-MM"),
        Column("mdtrt_id", "string", "visit"),
        Column("psn_no", "string", "insured person: joins person_month", identity="pseudonym"),
        Column("fixmedins_code", "string", "institution: joins institution_month"),
        Column("bilg_dr_codg", "string", "doctor of the largest amount of its lines: joins doctor_month"),
        feature("visit_class", "string", "class of the visit", "就诊类别", "", "bill_visit.visit_class"),
        feature("insutype", "string", "kind of insurance", "险种", "", "bill_visit.insutype"),
        feature("hosp_rank", "int", "rank of the institution: 3 highest, 0 none", "医院级别", "", "bill_visit.hosp_rank"),
        feature("age", "int", "complete years at the beginning", "年龄", "岁", "bill_visit.brdy"),
        feature("is_offsite", "int", "1: settled in another city or province", "异地就医", "", "bill_visit.pay_loc 3, 4"),
        feature("has_operation", "int", "1: with an operation", "有手术", "", "bill_visit.has_oprn"),
        feature("diagnoses", "int", "diagnoses", "诊断数", ITEMS, "bill_visit.diag_keys"),
        feature("lines", "bigint", "net lines settled in the month", "明细条数", LINES, "bill_line"),
        feature("fee_amt", "money", "amount of the net lines", "总费用", YUAN, "bill_line.net_amt"),
        feature("inscp_amt", "money", "part of it within the policy's scope", "政策范围内费用", YUAN, "bill_line.net_inscp"),
        feature("fund_amt", "money", "what the fund paid for the visit so far", "基金支付", YUAN, "bill_visit.fund_amt"),
        feature("stay_days", "bigint", "days of a stay, at least one", "住院天数", DAYS, "bill_visit.begn_time, end_time"),
        feature("fee_per_day", "double", "amount a day of a stay", "日均费用", YUAN, "bill_line.net_amt, bill_visit"),
        feature(
            "fee_to_peers", "double", "amount beside the mean of visits of the same level, class and disease group in the month",
            "费用与同类之比", TIMES, "bill_line.net_amt, bill_visit.hosp_rank, visit_class, main_diag",
        ),
        feature("peers", "bigint", "visits in that mean; below ten it falls back on level and class", "同类就诊人次", VISITS, "bill_visit"),
        feature("drug_share", "double", "share of drugs in the amount", "药品费用占比", SHARE, "bill_line.list_type 101–103"),
        feature("exam_share", "double", "share of examinations and laboratory tests", "检查检验费用占比", SHARE, "bill_line.med_chrgitm_type 03, 04"),
        feature("consumable_share", "double", "share of consumables", "耗材费用占比", SHARE, "bill_line.list_type 301"),
        feature("treatment_share", "double", "share of treatments and operations", "治疗手术费用占比", SHARE, "bill_line.med_chrgitm_type 05, 06"),
        feature("antibiotic_share", "double", "share of antibiotics (ATC J01) in the amount of drugs", "抗菌药物占药费比", SHARE, "bill_line, catalog_d.atc"),
        feature("ownpay_share", "double", "share of the amount outside the policy's scope", "范围外费用占比", SHARE, "bill_line.net_inscp"),
        feature("night_share", "double", "share of lines charged from 22:00 to 06:00", "夜间明细占比", SHARE, "bill_line.fee_time"),
        feature("holiday_share", "double", "share of lines charged on days off", "节假日明细占比", SHARE, "bill_line.fee_date"),
        feature("override_lines", "bigint", "restricted lines whose restriction the hospital claims to be met", "限制条件放行条数", LINES,
                "fee_list_d.lmt_used_flag, hosp_appr_flag"),
        feature("doctors", "int", "doctors who ordered a line", "开单医师数", ITEMS, "bill_line.bilg_dr_codg"),
        feature("days_since_stay", "int", "days since the person's last stay ended, if within 180; missing: none", "距上次出院天数", DAYS,
                "bill_visit.begn_time, end_time"),
        feature("same_day_visits", "bigint", "the person's visits that began on the same day, this one among them", "同日就诊次数", VISITS,
                "bill_visit.begn_time"),
        feature("same_day_institutions", "bigint", "institutions of these visits", "同日就诊机构数", ITEMS, "bill_visit.fixmedins_code"),
        feature("refills", "bigint", "drugs given to the person again within 120 days, days of supply known", "续配药次数", LINES,
                "bill_line.prd_days, fee_date"),
        feature("early_refills", "bigint", "of these before four fifths of the last supply were used up", "提前续配次数", LINES,
                "bill_line.prd_days, fee_date"),
        *(
            feature(f"findings_{type_id.lower()}", "bigint", f"active findings of type {type_id}", f"{name_zh}疑点数", ITEMS,
                    "finding.rule_type_id")
            for type_id, name_zh in RULE_TYPE_NAMES.items()
        ),
    ),
)  # fmt: skip
