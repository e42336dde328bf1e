"""On-site checks: flags that are known, made within the visit."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import not_one_of, outside_visit
from lake.tables import ONSITE_D

CHECKS = (
    Check(
        id="outside_visit",
        name="稽核时间在就诊起止日之外",
        reason="日期错位时，挂床与冒名规则误判",
        fault=outside_visit("chk_time"),
        share="times",
    ),
    Check("in_bed_flag", "在床标志超出值域", "挂床规则依赖它", not_one_of("in_bed_flag", (0, 1)), share="domains"),
    Check("id_match_flag", "人证相符标志超出值域", "冒名规则依赖它", not_one_of("id_match_flag", (0, 1)), share="domains"),
)

ROWS = "new_onsite_d AS this LEFT JOIN mdtrt_d AS visit ON visit.mdtrt_id = this.mdtrt_id"

SUITE = Suite(ONSITE_D.name, "移动稽核", (Pass("稽核", ROWS, (*declared(ONSITE_D), *CHECKS)),))
