"""Orders: given within the visit, ended after they were given."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import not_one_of, outside_visit, reversed_days
from lake.tables import DRORD_D

CHECKS = (
    Check(
        id="outside_visit",
        name="开嘱时间在就诊起止日之外",
        reason="日期错位时，医嘱与收费核对成片误判",
        fault=outside_visit("drord_isu_time"),
        share="times",
    ),
    Check("ended_first", "医嘱停止早于开立", "起止时间错列", reversed_days("drord_isu_time", "drord_endtime"), share="times"),
    Check(
        "drord_type",
        "医嘱类别超出值域",
        "长期、临时混淆时执行次数算错",
        not_one_of("drord_type", ("1", "2", "3")),
        share="domains",
    ),
    Check(
        "vali_flag",
        "有效标志超出值域",
        "地区代码未映射时，作废医嘱会被当作有效",
        not_one_of("vali_flag", (0, 1)),
        share="domains",
    ),
)

ROWS = "new_drord_d AS this LEFT JOIN mdtrt_d AS visit ON visit.mdtrt_id = this.mdtrt_id"

SUITE = Suite(DRORD_D.name, "医嘱", (Pass("医嘱", ROWS, (*declared(DRORD_D), *CHECKS)),))
