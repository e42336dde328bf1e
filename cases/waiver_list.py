"""Waivers as a rule manager reads them, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from cases.waiver_rows import GRANTED, REVOKED, Stored


def listed(rows: Sequence[Stored], business_date: date, waived: Mapping[str, int]) -> str:
    """Each waiver with its state on that day, the latest first; ``waived``: findings that it waives, by waiver."""
    revoked = {row["waiver_id"]: row["reason"] for row in rows if row["stas"] == REVOKED}
    granted = sorted((row for row in rows if row["stas"] == GRANTED), key=lambda row: -row["seq"])
    return "\n".join(_lines(row, business_date, revoked, waived) for row in granted) or "没有豁免"


def _lines(row: Stored, business_date: date, revoked: Mapping[str, str], waived: Mapping[str, int]) -> str:
    told = [
        f"{row['waiver_id']}  {_state(row, business_date, revoked)}  {scope(row)}",
        f"    {grounds(row)}；最近一次发布中已豁免疑点 {waived.get(row['waiver_id'], 0)} 条",
    ]
    if row["waiver_id"] in revoked:
        told.append(f"    撤销理由：{revoked[row['waiver_id']]}")
    return "\n".join(told)


def _state(row: Stored, business_date: date, revoked: Mapping[str, str]) -> str:
    if row["waiver_id"] in revoked:
        return "已撤销"
    return "有效" if row["expires_on"] >= business_date else "已过期"


def scope(row: Stored) -> str:
    """What a waiver is for: its rule or type, and what narrows it."""
    named = f"规则 {row['rule_id']}" if row["rule_id"] else f"规则类型 {row['rule_type_id']}"
    parts = [named]
    parts += [f"机构 {row['fixmedins_code']}"] if row["fixmedins_code"] else []
    parts += [f"诊断 {row['diag_prefix']}"] if row["diag_prefix"] else []
    if row["begndate"] or row["enddate"]:
        parts.append(f"期间 {row['begndate'] or '不限'} 至 {row['enddate'] or '不限'}")
    return "，".join(parts)


def grounds(row: Stored) -> str:
    """Why it was granted, by whom, and until when it counts."""
    return f"理由：{row['reason']}；批准人：{row['approver']}；有效期至 {row['expires_on']}"
