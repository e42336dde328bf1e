"""Insured persons: sexes and days that can be."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import in_future, not_one_of, reversed_days
from lake.tables import PSN_D

CHECKS = (
    Check(
        "gend", "性别超出值域", "地区代码未映射时，限性别规则整体失效", not_one_of("gend", ("0", "1", "2", "9")), share="domains"
    ),
    Check("born_in_future", "出生日期晚于业务日期", "日期错位", in_future("brdy"), share="times"),
    Check(
        "dead_before_birth",
        "死亡日期早于出生日期",
        "日期错列时，死亡后收费规则误判",
        reversed_days("brdy", "die_date"),
        share="times",
    ),
)

SUITE = Suite(PSN_D.name, "参保人员", (Pass("人员", "new_psn_d AS this", (*declared(PSN_D), *CHECKS)),))
