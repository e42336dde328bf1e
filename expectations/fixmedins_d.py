"""Institutions: levels of the regional profile, contracts in order."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import no_number_of, not_one_of, reversed_days
from lake.tables import FIXMEDINS_D

CHECKS = (
    Check(
        "hosp_lv",
        "医院等级超出值域",
        "等级不在地区参数中即为未知，限级别规则不再判断",
        no_number_of("hosp_lv", "{levels}"),
        share="domains",
    ),
    Check("fixmedins_type", "机构类型超出值域", "医院与药店混淆", not_one_of("fixmedins_type", ("1", "2")), share="domains"),
    Check("period", "协议止日早于起日", "起止日错列", reversed_days("begndate", "enddate"), share="times"),
)

SUITE = Suite(FIXMEDINS_D.name, "定点机构", (Pass("机构", "new_fixmedins_d AS this", (*declared(FIXMEDINS_D), *CHECKS)),))
