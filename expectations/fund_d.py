"""Fund accounts: months and amounts that can be."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from lake.tables import FUND_D

CHECKS = (
    Check(
        id="ym",
        name="月份写法不是 YYYY-MM",
        reason="月份不识别则基金收支无法核对",
        fault="length(this.ym) <> 7 OR substr(this.ym, 5, 1) <> '-'",
        share="domains",
    ),
    Check("negative", "收入或支出为负", "金额列错位", "this.income < 0 OR this.expend < 0", share="sums"),
)

SUITE = Suite(FUND_D.name, "基金收支", (Pass("月", "new_fund_d AS this", (*declared(FUND_D), *CHECKS)),))
