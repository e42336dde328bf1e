"""What `fundguard explain` says of a finding, as a whole text."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from cases.explanation import Account, explanation

RULE = {
    "rule_id": "R1", "rule_ver": 2, "begndate": None, "enddate": None, "insutype": "310", "med_class": None, "hosp_lv": None,
    "poolarea": None, "exempt_dept": None, "exempt_diag": None, "gz_code": "GZ10000102014000", "src_doc": "知识点第七批",
    "origin": "official", "params": '{"item_codes":"IF1","limit_otp":"2","window":"day"}',
}  # fmt: skip
FINDING = {
    "jr_id": "ab12", "rule_type_id": "V16", "sev_deg": 1, "vola_amt_stas": 1, "finding_stas": "active",
    "vola_cont": "IF1当日收费3次，限2次。", "fixmedins_code": "H1", "mdtrt_id": "m1", "setl_id": "s1", "found_for": "2025-03",
    "rulebook_ver": "f00d", "vola_evid": '{"cnt":"3.5000","stay_days":null}', "vola_amt": Decimal("18.00"),
    "vola_inscp_amt": Decimal("9.00"), "fund_amt": Decimal("4.50"),
}  # fmt: skip


def line(sn: str, cnt: int, amount: int) -> dict[str, Any]:
    """A row of bill_line: half of it inside the scope, of which the fund paid half."""
    return {
        "mdtrt_id": "m1", "feedetl_sn": sn, "fee_time": datetime.fromisoformat("2025-03-10 08:00:00"), "hilist_name": "输液",
        "med_list_codg": "IF1",
        "net_cnt": cnt, "pric": 12_000_000, "net_amt": amount, "net_inscp": amount // 2, "setl_fund": 1050, "setl_inscp": 2100,
    }  # fmt: skip


def detl(sn: str, kind: int, count: str = "0", amounts: str = "0.00 0.00 0.00") -> dict[str, Any]:
    """A row of finding_detl."""
    names = ("vola_amt", "vola_inscp_amt", "fund_amt")
    money = {name: Decimal(amount) for name, amount in zip(names, amounts.split(), strict=True)}
    return {"mdtrt_id": "m1", "feedetl_sn": sn, "vola_item_type": kind, "vola_cnt": Decimal(count)} | money


def test_a_part_of_a_line_is_traced_to_what_the_fund_paid() -> None:
    lines = {("m1", row["feedetl_sn"]): row for row in (line("L1", 20_000, 2400), line("L2", 20_000, 2400))}
    rows = [detl("L1", 2), detl("L2", 1, "1.5000", "18.00 9.00 4.50")]

    text = explanation(Account(FINDING, RULE, "超限定频次/数量", "条例38(三)", rows, lines, "7"))

    assert (
        text
        == """\
疑点 ab12
V16 超限定频次/数量（明确违规；状态：有效）
IF1当日收费3次，限2次。
依据：条例38(三)
机构 H1；就诊 m1；结算 s1；月份 2025-03；发布版本 7；规则库版本 f00d

规则 R1 第2版，官方规则，来源：知识点第七批；国家规则编码：GZ10000102014000
  有效期：不限 至 不限
  险种：310
  参数 item_codes = IF1
  参数 limit_otp = 2
  参数 window = day

比对值
  cnt = 3.5000
  stay_days = 无

违规项
  明细 m1|L2：2025-03-10 08:00:00 输液（IF1）净数量 2，单价 12，净额 24.00 元
    违规金额 18.00 元：明细净额 24.00 元中违规数量 1.5 对应的部分
    政策范围内 9.00 元 = 18.00 × 明细范围内 12.00 ÷ 明细净额 24.00
    基金支付 4.50 元 = 9.00 × 结算基金支付 10.50 ÷ 结算范围内 21.00，不超过结算基金支付

涉及项
  明细 m1|L1：2025-03-10 08:00:00 输液（IF1）净数量 2，单价 12，净额 24.00 元

合计：违规金额 18.00 元，政策范围内 9.00 元，基金支付 4.50 元（各行四舍五入到分后相加）"""
    )


def test_a_whole_visit_waits_for_its_review() -> None:
    finding = FINDING | {"vola_amt_stas": 0, "sev_deg": 2, "finding_stas": "shadow"}
    rows = [detl("*", 1, "0", "300.00 300.00 300.00")]

    text = explanation(Account(finding, RULE, "疑似分解住院", "条例38(一)", rows, {}, "7"))

    assert "（高度可疑，金额待核实；状态：试运行（不列入清单））" in text
    assert "  就诊 m1\n    整次就诊：基金支付 300.00 元，待核实后认定" in text


def test_a_settlement_without_an_in_scope_sum_has_no_share() -> None:
    lines = {("m1", "L1"): line("L1", 20_000, 2400) | {"setl_inscp": 0}}

    text = explanation(Account(FINDING, RULE, "限性别", "条例38(六)", [detl("L1", 1, "2", "24.00 12.00 0.00")], lines, "7"))

    assert "\n    基金支付 0.00 元：结算没有政策范围内金额，无从分摊\n" in text
