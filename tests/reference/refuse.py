"""refuse_list: a line is refused once, a settlement never loses more than the fund paid for it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tests.examples.contract import contract_types
from tests.reference.findings import Finding
from tests.reference.lake import Lake
from tests.reference.values import integer

CATALOGUE = {type_id: number for number, type_id in enumerate(contract_types())}


def refuse_list(lake: Lake, findings: list[Finding], detl: list[Finding], conf: dict[str, str]) -> list[Finding]:
    """Rows with money of active, computed, severe findings under SETTLE or ERROR, in refusal order."""
    settlement_of = {(line.mdtrt_id, line.sn): line.settlement for line in lake.lines}
    by_id = {f["jr_id"]: f for f in findings if _refuses(f)}
    rows = [r for r in detl if r["jr_id"] in by_id and r["vola_item_type"] == 1 and r["vola_amt"] > 0]
    rows.sort(key=lambda r: _order(by_id[r["jr_id"]], r))
    refused: set[tuple[str, str]] = set()
    paid: dict[str, Decimal] = defaultdict(Decimal)
    kept = []
    for row in rows:
        key, finding = (row["mdtrt_id"], row["feedetl_sn"]), by_id[row["jr_id"]]
        settlement = settlement_of.get(key)
        if settlement is None or key in refused:
            continue
        if integer(settlement.row, "hi_paymtd") in (3, 4) and conf.get("refuse.include_drg", "false") != "true":
            continue
        refused.add(key)
        rest = Decimal(int(settlement.fund * 100)).scaleb(-2) - paid[settlement.id]
        fund = min(row["fund_amt"], rest)
        paid[settlement.id] += fund
        kept.append(
            {
                "month": finding["found_for"],
                "mdtrt_id": row["mdtrt_id"],
                "setl_id": settlement.id,
                "feedetl_sn": row["feedetl_sn"],
                "jr_id": row["jr_id"],
                "rule_id": finding["rule_id"],
                "vola_amt": row["vola_amt"],
                "vola_inscp_amt": row["vola_inscp_amt"],
                "fund_amt": fund,
            }
        )
    return kept


def _refuses(finding: Finding) -> bool:
    is_listed = finding["finding_stas"] == "active" and finding["vola_amt_stas"] == 1
    return is_listed and finding["sev_deg"] == 1 and finding["control_mode"] in ("SETTLE", "ERROR")


def _order(finding: Finding, row: Finding) -> tuple[int, int, str, str, str]:
    return (
        finding["sev_deg"],
        CATALOGUE[finding["rule_type_id"]],
        finding["rule_id"],
        row["feedetl_sn"],
        row["mdtrt_id"],
    )
