"""Diagnoses: codes of the national list."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import not_one_of
from lake.tables import DIAG_D

CHECKS = (
    Check(
        id="unknown_code",
        name="诊断编码不在医保版 ICD-10 中",
        reason="编码截断或用了临床版时，限适应症规则会把合理用药误判为违规",
        # A code with two or more dots is a 中医 code, of another list.
        fault="CASE WHEN length(this.diag_code) - length(replace(this.diag_code, '.', '')) < 2 THEN national.code IS NULL END",
        share="national_codes",
    ),
    Check(
        "inout_diag_type",
        "出入院诊断类别超出值域",
        "出院主诊断无法识别",
        not_one_of("inout_diag_type", ("1", "2")),
        share="domains",
    ),
    Check(
        "maindiag_flag", "主诊断标志超出值域", "地区代码未映射时主诊断丢失", not_one_of("maindiag_flag", (0, 1)), share="domains"
    ),
    Check(
        "vali_flag",
        "有效标志超出值域",
        "地区代码未映射时，无效诊断会被当作有效",
        not_one_of("vali_flag", (0, 1)),
        share="domains",
    ),
    Check(
        id="other_person",
        name="诊断与就诊人员不同",
        reason="诊断错挂他人就诊",
        fault="this.psn_no <> visit.psn_no",
        share="references",
    ),
    Check(
        id="certno_in_text",
        name="诊断名称中形似身份证号",
        reason="自由文本可能夹带身份信息",
        fault="contains(translate(this.diag_name, '0123456789', '9999999999'), '99999999999999999')",
    ),
)

ROWS = """
    new_diag_d AS this
    LEFT JOIN mdtrt_d AS visit ON visit.mdtrt_id = this.mdtrt_id
    LEFT JOIN national_diagnosis AS national ON national.code = upper(trim(this.diag_code))
"""

SUITE = Suite(DIAG_D.name, "诊断", (Pass("诊断", ROWS, (*declared(DIAG_D), *CHECKS)),))
