"""Payment limit exceeded (disease, prescription, item)."""

from rules.rule_type import Param, RowCheck, RuleType

RULE = RuleType(
    id="V12",
    slug="payment_limit",
    name_zh="超支付限额",
    name_en="Payment limit exceeded (disease, prescription, item)",
    kind="violation",
    own_pay=False,
    sev_deg=1,
    control_mode="SETTLE",
    stages=(2, 3),
    law="条例38(六)",
    bhvr_code="T380601",
    gz_codes=("GZ10000102015000", "GZ10000103003000"),
    shape="window",
    needs=("fee_list_d", "setl_d", "mdtrt_d"),
    optional=(),
    params=(
        Param("opsp_dise_code", "list", "diseases of the settlement whose lines count; empty = all"),
        Param("item_codes", "list", "codes that count; empty = all", role="codes"),
        Param(
            "list_type",
            "list",
            "catalogue kinds that count; empty = all; one of the three filters is required",
            one_of=("101", "102", "103", "201", "301"),
        ),
        Param(
            "period",
            "enum",
            "window of the sum",
            required=True,
            one_of=("rx", "visit", "person_day", "month", "quarter", "year"),
        ),
        Param("measure", "enum", "what is summed, net_amt or net_inscp", required=True, one_of=("amt", "inscp")),
        Param("limit_amt", "decimal", "payable sum per period", required=True, unit="yuan"),
    ),
    sentence="{period_value}（{period}）累计{sum_amt}元，超过支付限额{limit_amt}元，超出{excess_amt}元。",
    demo_rules=3400,
    row_checks=(
        RowCheck(
            "item_codes",
            "opsp_dise_code IS NULL AND item_codes IS NULL AND list_type IS NULL",
            "at least one of opsp_dise_code, item_codes and list_type must be given",
        ),
    ),
)
