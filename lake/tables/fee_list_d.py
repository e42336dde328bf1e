"""Fee lines: every item billed in a visit."""

from lake.tables.schema import Column
from lake.tables.source import source_table

FEE_LIST_D = source_table(
    name="fee_list_d",
    meaning="one row per fee line and batch",
    key=("mdtrt_id", "feedetl_sn"),
    columns=(
        Column("mdtrt_id", "string", "visit", required=True, filled=True),
        Column(
            "feedetl_sn", "string", "line, unique only within its visit", required=True, filled=True, alias="bkkp_sn"
        ),
        Column("setl_id", "string", "settlement that the line belongs to", required=True, filled=True),
        Column("psn_no", "string", "insured person", required=True, identity="pseudonym"),
        Column("fixmedins_code", "string", "institution", required=True),
        Column("med_type", "string", "kind of medical care as the line says it; no rule uses it", required=True),
        Column(
            "fee_ocur_time",
            "timestamp",
            "time the fee arose; chooses the version of a rule",
            required=True,
            filled=True,
        ),
        Column("list_type", "string", "101 西药, 102 中成药, 103 饮片, 201 诊疗项目, 301 耗材"),
        Column("med_list_codg", "string", "national code of the item", required=True),
        Column("medins_list_codg", "string", "the hospital's own code of the item"),
        Column("hilist_name", "string", "name of the item"),
        Column("med_chrgitm_type", "string", "fee category, 01 床位 to 14"),
        Column("chrgitm_lv", "string", "reimbursement level: 01 甲, 02 乙, 03 自费"),
        Column("cnt", "count", "count; negative on a refund", required=True, filled=True),
        Column("pric", "price", "unit price", required=True),
        Column("pric_uplmt_amt", "price", "highest unit price that the fund pays"),
        Column("selfpay_prop", "price", "share that the person pays first"),
        Column("det_item_fee_sumamt", "money", "amount of the line", required=True, filled=True),
        Column("fulamt_ownpay_amt", "money", "part that the catalogue leaves to the person in full"),
        Column("overlmt_amt", "money", "part above the price limit", alias="overlmt_selfpay"),
        Column("preselfpay_amt", "money", "part that the person pays first"),
        Column(
            "inscp_scp_amt", "money", "part within the policy's scope", required=True, filled=True, alias="inscp_amt"
        ),
        Column("bilg_dept_codg", "string", "department that billed it"),
        Column("bilg_dr_codg", "string", "physician who ordered it", alias="bilg_dr_code"),
        Column("orders_dr_code", "string", "physician who carried it out", alias="acord_dr_code"),
        Column("acord_dept_codg", "string", "department that carried it out"),
        Column("rx_drord_no", "string", "prescription or order"),
        Column("init_feedetl_sn", "string", "line that this refund reverses"),
        Column("lmt_used_flag", "int", "1: the item has a use restriction"),
        Column("hosp_appr_flag", "int", "1: the hospital claims that the restriction is met; 0 not judged, 2 not met"),
        Column("etip_flag", "int", "1: billed at an external institution"),
        Column("dscg_tkdrug_flag", "int", "1: drug taken home at discharge"),
        Column("rx_circ_flag", "int", "1: prescription that went to a pharmacy"),
        Column("sin_dos_dscr", "string", "single dose in words"),
        Column("used_frqu_dscr", "string", "frequency of use in words"),
        Column("prd_days", "count", "days of supply"),
        Column("tcmdrug_used_way", "string", "use of a decoction piece: 1 compound, 2 single"),
        Column("drug_trac_codg", "string", "drug trace code of the package"),
        Column("vali_flag", "int", "1 valid, 0 withdrawn"),
    ),
)
