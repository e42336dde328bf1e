"""Payment limit exceeded (disease, prescription, item)."""

from rules import words
from rules.engines.portable import money, mul_div
from rules.rule_type import Param, RowCheck, RuleType

# The diseases of the settlement, which may name several.
DISEASES = "transform(split(replace(line.dise_codg, ',', ';'), ';'), part -> trim(part))"

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
    evidence={
        "period": "rule.period",
        "period_value": "fault.window_value",
        "measure": "rule.measure",
        "limit_amt": money("rule.limit_amt DIV 10000"),
        "sum_amt": money("CASE rule.measure WHEN 'amt' THEN fault.amt ELSE fault.inscp END"),
        "excess_amt": money("(fault.excess + 5000) DIV 10000"),
        "opsp_dise_code": "rule.opsp_dise_code",
    },
    words={"period": words.WINDOW},
    # Sums in millionths of a yuan. What is taken of an in-scope sum is scaled to the whole line.
    logic={
        "is_summed": "TRUE",
        "window_of": "rule.period",
        "line_condition": f"""(rule.opsp_dise_code IS NULL
                OR arrays_overlap({DISEASES}, rule.opsp_dise_code))
            AND (rule.list_type IS NULL OR array_contains(rule.list_type, line.list_type))""",
        "weight": "CASE rule.measure WHEN 'amt' THEN line.net_amt ELSE line.net_inscp END * 10000",
        "excess": "CASE rule.measure WHEN 'amt' THEN held.amt ELSE held.inscp END * 10000 - rule.limit_amt",
        "take_amt": f"""CASE rule.measure
            WHEN 'amt' THEN (line.take + 5000) DIV 10000
            ELSE {mul_div("line.take", "line.net_amt", "line.net_inscp * 10000")}
        END""",
    },
)
