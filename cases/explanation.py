"""A finding as an auditor would defend it, in Chinese: rule and origin, values compared, lines, the amount step by step."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cases.contents import ORIGINS
from cases.members import AT_FAULT, WHOLE_VISIT
from cases.waiver_list import grounds, scope

Row = Mapping[str, Any]
SEVERITIES = {1: "明确违规", 2: "高度可疑", 3: "轻度可疑"}
STATES = {"active": "有效", "shadow": "试运行（不列入清单）", "waived": "已豁免", "withdrawn": "已撤回"}
# Columns of a rule row that narrow it, with what an auditor calls them.
SCOPE = {
    "insutype": "险种",
    "med_class": "就医方式",
    "hosp_lv": "机构级别",
    "poolarea": "统筹区",
    "exempt_dept": "豁免科室",
    "exempt_diag": "豁免诊断",
}


@dataclass(frozen=True)
class Account:
    """The rows behind one finding. ``lines``: rows of bill_line by (mdtrt_id, feedetl_sn); ``detl`` in byte order of its keys;
    ``waiver``: the one that it falls under.
    """

    finding: Row
    rule: Row
    type_name: str
    law: str
    detl: Sequence[Row]
    lines: Mapping[tuple[str, str], Row]
    publication: str
    waiver: Row | None = None


def explanation(account: Account) -> str:
    """The whole text; amounts in yuan."""
    parts = [_head(account), _rule(account.rule), _evidence(account.finding)]
    if account.waiver is not None:
        waiver = account.waiver
        parts.insert(1, f"豁免 {waiver['waiver_id']}（{scope(waiver)}）\n  {grounds(waiver)}")
    at_fault = [row for row in account.detl if row["vola_item_type"] == AT_FAULT]
    related = [row for row in account.detl if row["vola_item_type"] != AT_FAULT]
    parts.append("\n".join(["违规项", *(text for row in at_fault for text in _fault(row, account))]))
    if related:
        parts.append("\n".join(["涉及项", *(f"  {_place(row, account.lines)}" for row in related)]))
    parts.append(_total(account.finding))
    return "\n\n".join(parts)


def _head(account: Account) -> str:
    found = account.finding
    review = "" if found["vola_amt_stas"] == 1 else "，金额待核实"
    return "\n".join(
        [
            f"疑点 {found['jr_id']}",
            f"{found['rule_type_id']} {account.type_name}（{SEVERITIES[found['sev_deg']]}{review}；"
            f"状态：{STATES[found['finding_stas']]}）",
            f"{found['vola_cont']}",
            f"依据：{account.law}",
            f"机构 {found['fixmedins_code'] or '多家'}；就诊 {found['mdtrt_id'] or '多次'}；结算 {found['setl_id'] or '多笔'}；"
            f"月份 {found['found_for']}；发布版本 {account.publication}；规则库版本 {found['rulebook_ver']}",
        ]
    )


def _rule(rule: Row) -> str:
    origin = ORIGINS.get(rule["origin"], rule["origin"])
    valid = f"{_day(rule['begndate'], '不限')} 至 {_day(rule['enddate'], '不限')}"
    said = [
        f"规则 {rule['rule_id']} 第{rule['rule_ver']}版，{origin}规则，来源：{rule['src_doc'] or '未注明'}；"
        f"国家规则编码：{rule['gz_code'] or '无'}",
        f"  有效期：{valid}",
    ]
    said += [f"  {name}：{rule[column]}" for column, name in SCOPE.items() if rule[column]]
    said += [f"  参数 {name} = {value}" for name, value in json.loads(rule["params"] or "{}").items() if value is not None]
    return "\n".join(said)


def _day(value: date | None, missing: str) -> str:
    return missing if value is None else value.isoformat()


def _evidence(finding: Row) -> str:
    values = json.loads(finding["vola_evid"] or "{}")
    return "\n".join(["比对值", *(f"  {name} = {_shown(value)}" for name, value in values.items())])


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "无" if value is None else str(value)


def _fault(row: Row, account: Account) -> Iterator[str]:
    """The line or visit, and how its three amounts follow from one another."""
    yield f"  {_place(row, account.lines)}"
    line = account.lines.get((row["mdtrt_id"], row["feedetl_sn"]))
    if line is None:
        if row["feedetl_sn"] == WHOLE_VISIT:
            yield f"    整次就诊：基金支付 {row['fund_amt']} 元，待核实后认定"
        return
    amount, scope, fund = row["vola_amt"], row["vola_inscp_amt"], row["fund_amt"]
    whole, line_scope = _yuan(line["net_amt"]), _yuan(line["net_inscp"])
    if amount == whole:
        yield f"    违规金额 {amount} 元：整条明细"
    else:
        yield f"    违规金额 {amount} 元：明细净额 {whole} 元中违规数量 {_number(row['vola_cnt'])} 对应的部分"
    if amount == 0:
        return
    if scope == 0 and fund == 0:
        yield (
            "    仅涉及个人负担部分，政策范围内与基金金额为 0.00 元"
            if line_scope
            else "    明细不在政策范围内，基金金额为 0.00 元"
        )
        return
    yield f"    政策范围内 {scope} 元 = {amount} × 明细范围内 {line_scope} ÷ 明细净额 {whole}"
    setl_fund, setl_scope = _yuan(line["setl_fund"]), _yuan(line["setl_inscp"])
    if setl_scope <= 0:
        yield f"    基金支付 {fund} 元：结算没有政策范围内金额，无从分摊"
        return
    yield f"    基金支付 {fund} 元 = {scope} × 结算基金支付 {setl_fund} ÷ 结算范围内 {setl_scope}，不超过结算基金支付"


def _place(row: Row, lines: Mapping[tuple[str, str], Row]) -> str:
    """Where a row of finding_detl points to."""
    line = lines.get((row["mdtrt_id"], row["feedetl_sn"]))
    if line is not None:
        price = "" if line["pric"] is None else f"，单价 {_number(Decimal(line['pric']) / 1_000_000)}"
        return (
            f"明细 {row['mdtrt_id']}|{row['feedetl_sn']}：{line['fee_time']:%Y-%m-%d %H:%M:%S} {line['hilist_name'] or ''}"
            f"（{line['med_list_codg'] or '无编码'}）净数量 {_number(Decimal(line['net_cnt']) / 10_000)}{price}，"
            f"净额 {_yuan(line['net_amt'])} 元"
        )
    if row["mdtrt_id"] == WHOLE_VISIT:
        return f"对象 {row['feedetl_sn']}"
    return f"就诊 {row['mdtrt_id']}" if row["feedetl_sn"] == WHOLE_VISIT else f"明细 {row['mdtrt_id']}|{row['feedetl_sn']}"


def _total(finding: Row) -> str:
    return (
        f"合计：违规金额 {finding['vola_amt']} 元，政策范围内 {finding['vola_inscp_amt']} 元，基金支付 {finding['fund_amt']} 元"
        "（各行四舍五入到分后相加）"
    )


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def _number(value: Decimal) -> str:
    """Without zeros that say nothing."""
    return f"{value.normalize():f}"
