"""Reports: results that are known, reported after the examination."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import in_future, not_one_of, reversed_days
from lake.tables import REPORT_D

CHECKS = (
    Check(
        "exam_rslt_abn",
        "检查结果超出值域",
        "重复检查规则依赖结果是否异常",
        not_one_of("exam_rslt_abn", ("0", "1")),
        share="domains",
    ),
    Check("reported_first", "报告早于检查", "日期错列", reversed_days("exam_date", "rpt_date"), share="times"),
    Check("future", "检查日期晚于业务日期", "尚未发生的检查没有报告", in_future("exam_date"), share="times"),
)

SUITE = Suite(REPORT_D.name, "检查检验报告", (Pass("报告", "new_report_d AS this", (*declared(REPORT_D), *CHECKS)),))
