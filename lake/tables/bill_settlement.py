"""Net settlements: what was really settled, once refunds are out."""

from lake.tables.schema import Column, Table

BILL_SETTLEMENT = Table(
    name="bill_settlement",
    meaning="one row per net settlement: valid, of a valid visit, neither a refund nor refunded",
    key=("setl_id",),
    partition=("month",),
    columns=(
        Column("month", "string", "month of the settlement, YYYY-MM"),
        Column("setl_id", "string", "settlement"),
        Column("mdtrt_id", "string", "visit"),
        Column("psn_no", "string", "insured person", identity="pseudonym"),
        Column("fixmedins_code", "string", "institution"),
        Column("setl_time", "timestamp", "time of settlement"),
        Column("insutype", "string", "kind of insurance"),
        Column("insu_admdvs", "string", "district that insures the person"),
        Column("pay_loc", "string", "where it was settled"),
        Column("hosp_lv", "int", "level of the institution"),
        Column("hosp_rank", "int", "rank of the institution: 3 highest, 0 none"),
        Column("fund_amt", "bigint", "fund payment, 分"),
        Column("inscp_amt", "bigint", "amount within the policy's scope, 分"),
    ),
)
