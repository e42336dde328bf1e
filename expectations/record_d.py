"""Course and nursing records: written within the visit."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import not_one_of, outside_visit
from lake.tables import RECORD_D

CHECKS = (
    Check(
        id="outside_visit",
        name="记录时间在就诊起止日之外",
        reason="日期错位时，有收费无记录规则成片误判",
        fault=outside_visit("rec_time"),
        share="times",
    ),
    Check("in_bed_flag", "在床标志超出值域", "挂床规则依赖它", not_one_of("in_bed_flag", (0, 1)), share="domains"),
)

ROWS = "new_record_d AS this LEFT JOIN mdtrt_d AS visit ON visit.mdtrt_id = this.mdtrt_id"

SUITE = Suite(RECORD_D.name, "病程护理记录", (Pass("记录", ROWS, (*declared(RECORD_D), *CHECKS)),))
