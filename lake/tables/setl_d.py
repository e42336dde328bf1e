"""Settlements: what a visit cost and who paid which part of it."""

from lake.tables.schema import Column
from lake.tables.source import source_table

SETL_D = source_table(
    name="setl_d",
    meaning="one row per settlement and batch",
    key=("setl_id",),
    columns=(
        Column("setl_id", "string", "settlement", required=True, filled=True),
        Column("mdtrt_id", "string", "visit that was settled", required=True),
        Column("psn_no", "string", "insured person", required=True, identity="pseudonym"),
        Column("gend", "string", "sex: 1 male, 2 female, 0 or 9 unknown", required=True),
        Column("brdy", "date", "date of birth", required=True),
        Column("insutype", "string", "kind of insurance: 310 employees, 390 residents", required=True),
        Column("psn_type", "string", "kind of insured person"),
        Column("insu_admdvs", "string", "district that insures the person; its pool pays", required=True),
        Column("fix_blng_admdvs", "string", "district that the institution belongs to"),
        Column(
            "pay_loc",
            "string",
            "where it was settled: 1 local, 2 institution, 3 other city, 4 other province, 5 internet",
        ),
        Column("fixmedins_code", "string", "institution", required=True),
        Column(
            "hosp_lv",
            "string",
            "level of the institution: 1 三级特等, 2 三甲, 3 三乙, 4 三丙, 5 二甲, 6 二乙, 7 二丙, "
            "8 一甲, 9 一乙, 10 一丙, 11 无等级",
        ),
        Column("begndate", "date", "first day of what is settled", required=True),
        Column("enddate", "date", "last day of what is settled", required=True),
        Column(
            "setl_time",
            "timestamp",
            "time of settlement; its month is the month that a finding belongs to",
            required=True,
        ),
        Column("med_type", "string", "kind of medical care", required=True),
        Column("hi_paymtd", "string", "how the fund pays: 1 by item, 2 by disease, 3 DRG, 4 DIP, 5 by day, 6 capitation"),
        Column("dise_codg", "string", "disease that is settled (long-term outpatient or single disease)", alias="dise_no"),
        Column("medfee_sumamt", "money", "total fee", required=True, filled=True),
        Column("fulamt_ownpay_amt", "money", "part that the catalogue leaves to the person in full"),
        Column("overlmt_selfpay", "money", "part above a price limit, paid by the person"),
        Column("preselfpay_amt", "money", "part that the person pays first"),
        Column("inscp_scp_amt", "money", "part within the policy's scope", required=True, filled=True, alias="inscp_amt"),
        Column("hifp_pay", "money", "paid by the basic fund"),
        Column("fund_pay_sumamt", "money", "paid by all funds together", required=True, filled=True),
        Column("psn_part_amt", "money", "paid by the person: account and cash", alias="psn_pay"),
        Column("acct_pay", "money", "paid from the personal account"),
        Column("psn_cash_pay", "money", "paid in cash", alias="cash_payamt"),
        Column("cvlserv_pay", "money", "paid by the civil servants' subsidy"),
        Column("hifes_pay", "money", "paid by the enterprise supplement"),
        Column("hifmi_pay", "money", "paid by the residents' serious-illness insurance"),
        Column("hifob_pay", "money", "paid by the employees' large-amount subsidy"),
        Column("maf_pay", "money", "paid by medical assistance"),
        Column("oth_pay", "money", "paid by other funds", alias="othfund_pay"),
        Column("refd_setl_flag", "int", "1: this settlement reverses another"),
        Column("init_setl_id", "string", "the settlement that this one reverses"),
        Column("vali_flag", "int", "1 valid, 0 withdrawn"),
    ),
)
