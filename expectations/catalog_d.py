"""The catalogue: classes that are known, days in order."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import no_number_of, not_one_of, reversed_days
from lake.tables import CATALOG_D

CHECKS = (
    Check(
        id="list_type",
        name="目录类别超出值域",
        reason="类别错列时，药品、耗材类规则选错对象",
        fault=not_one_of("list_type", ("101", "102", "103", "201", "301")),
        share="domains",
    ),
    Check("chrgitm_lv", "收费等级超出值域", "甲乙丙类错列会改变自付判断", no_number_of("chrgitm_lv", "1, 2, 3"), share="domains"),
    Check("price_ref", "参考价为负", "价格列错位", "this.price_ref < 0", share="sums"),
    Check("period", "有效止日早于起日", "起止日错列时，有效编码被当作无效", reversed_days("begndate", "enddate"), share="times"),
)

SUITE = Suite(CATALOG_D.name, "医保目录", (Pass("项目", "new_catalog_d AS this", (*declared(CATALOG_D), *CHECKS)),))
