"""Operations: codes of the national list, times in order."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import not_one_of, reversed_days
from lake.tables import OPRN_D

CHECKS = (
    Check(
        id="unknown_code",
        name="手术编码不在医保版 ICD-9-CM3 中",
        reason="编码截断或用了临床版时，手术类规则找不到对象",
        fault="national.code IS NULL",
        share="national_codes",
    ),
    Check("main_oprn_flag", "主手术标志超出值域", "地区代码未映射", not_one_of("main_oprn_flag", (0, 1)), share="domains"),
    Check(
        id="ended_first",
        name="手术结束早于开始",
        reason="起止时间错列",
        fault=reversed_days("oprn_oprt_begntime", "oprn_oprt_endtime"),
        share="times",
    ),
)

ROWS = """
    new_oprn_d AS this
    LEFT JOIN national_operation AS national ON national.code = upper(trim(this.oprn_oprt_code))
"""

SUITE = Suite(OPRN_D.name, "手术", (Pass("手术", ROWS, (*declared(OPRN_D), *CHECKS)),))
