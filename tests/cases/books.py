"""One small workbook for the tests of writing it and of reading it back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from cases.summary_sheet import Summary
from cases.workbook import Contents, write_workbook

CASE: dict[str, Any] = {
    "rank": 1,
    "subject": "就诊",
    "fixmedins_name": "=1+1",
    "fixmedins_code": "00123",
    "mdtrt_id": "007",
    "psn_no": "-1",
    "findings": 1,
    "vola_amt": Decimal("100.00"),
    "fund_amt": Decimal("80.50"),
    "expected_amt": Decimal("40.25"),
    "reasons": "@x\n+1",
    "auditor": "王",
    "subject_key": "007",
    "case_id": "c1",
}
FINDING = {"rank": 1, "level": "疑点", "vola_cont": "http://x.example", "vola_amt": Decimal("100.00")}
LINE = {"rank": 1, "level": "违规项", "fee_date": dt.date(2025, 3, 10), "item_name": "_x0041_", "net_cnt": Decimal("1.5")}
KEYS = {"case_id": "c1", "jr_id": "f1", "auditor": "王"}


def write_book(path: Path) -> dict[str, int]:
    """Two cases; c1 has a finding of two lines, one at fault."""
    related = LINE | {"level": "涉及项", "feedetl_sn": "02"}
    details = [row | KEYS for row in (FINDING, LINE | {"mdtrt_id": "007", "feedetl_sn": "01"}, related)]
    summary = Summary("2025-03", "3", facts=[("月份", "2025-03")], coverage=[{"rule_type": "V27", "reason": "=cmd()"}])
    second = CASE | {"rank": 2, "case_id": "c2"}
    return write_workbook(path, Contents(summary, [CASE, second], details, [{"rule_id": "0001", "tip": "=A1"}]))
