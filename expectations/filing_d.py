"""Filings: kinds that are known, days in order, of known persons."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import not_one_of, reversed_days, unknown_in
from lake.tables import FILING_D

CHECKS = (
    Check(
        id="filing_type",
        name="备案类别超出值域",
        reason="类别不识别时，门慢特等规则把已备案的当作未备案",
        fault=not_one_of("filing_type", ("opsp", "accident", "transfer", "special_drug")),
        share="domains",
    ),
    Check("period", "备案止日早于起日", "起止日错列时，有效备案被当作无效", reversed_days("begndate", "enddate"), share="times"),
    Check(
        id="unknown_person",
        name="参保人员未登记",
        reason="备案挂错人员，真正备案的人会被误判",
        fault=unknown_in("psn_d", "person", "psn_no", "psn_no"),
        share="codes",
    ),
)

ROWS = "new_filing_d AS this LEFT JOIN psn_d AS person ON person.psn_no = this.psn_no"

SUITE = Suite(FILING_D.name, "备案", (Pass("备案", ROWS, (*declared(FILING_D), *CHECKS)),))
