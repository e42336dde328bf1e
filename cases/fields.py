"""The columns of the workbook's sheets: the writer and the reader of filled workbooks share them."""

from __future__ import annotations

from dataclasses import dataclass

CONCLUSIONS = ("成立", "部分成立", "不成立")
CASE_SHEET, DETAIL_SHEET, RULE_SHEET, SUMMARY_SHEET = "疑点清单", "明细", "依据", "汇总"


@dataclass(frozen=True)
class Field:
    """One column: ``key`` of the row, heading, width in characters, kind of cell.

    kind: text, code (small grey text), money, count, price, int, share (0 to 1, shown in per cent), date.
    ``entry``: the auditor fills it in; ``folded``: in a column group that is closed at first.
    """

    key: str
    heading: str
    width: int
    kind: str = "text"
    entry: bool = False
    folded: bool = False


ENTRY_FIELDS = (
    Field("conclusion", "结论", 10, entry=True),
    Field("confirmed_amt", "认定金额", 12, "money", entry=True),
    Field("reason", "理由", 22, entry=True),
    Field("auditor", "稽核人", 9, entry=True),
    Field("concluded_on", "日期", 11, "date", entry=True),
)
CASE_FIELDS = (
    Field("rank", "排名", 6, "int"),
    Field("subject", "案件类别", 9),
    Field("fixmedins_name", "机构名称", 22),
    Field("mdtrt_id", "就诊号", 20),
    Field("severity", "严重程度", 9),
    Field("findings", "疑点数", 7, "int"),
    Field("vola_amt", "违规金额", 13, "money"),
    Field("fund_amt", "涉及基金", 13, "money"),
    Field("expected_amt", "预计可追回", 13, "money"),
    Field("reasons", "疑点与依据", 58),
    Field("score", "认定概率", 9, "share"),
    Field("source", "概率来源", 10),
    Field("quota", "工时内", 7),
    Field("sample", "随机抽样", 9),
    *ENTRY_FIELDS,
    Field("fixmedins_code", "机构编码", 16, "code", folded=True),
    Field("psn_no", "参保人代号", 20, "code", folded=True),
    Field("subject_key", "对象编号", 20, "code", folded=True),
    Field("case_id", "案件编号", 20, "code", folded=True),
)
DETAIL_FIELDS = (
    Field("rank", "排名", 6, "int"),
    Field("level", "层级", 8),
    Field("rule_type", "规则类型", 22),
    Field("vola_cont", "疑点说明", 48),
    Field("fee_date", "费用日期", 11, "date"),
    Field("item_name", "项目名称", 26),
    Field("med_list_codg", "医保编码", 16),
    Field("net_cnt", "数量", 9, "count"),
    Field("pric", "单价", 10, "price"),
    Field("net_amt", "费用金额", 12, "money"),
    Field("vola_cnt", "违规数量", 9, "count"),
    Field("vola_amt", "违规金额", 12, "money"),
    Field("vola_inscp_amt", "范围内金额", 12, "money"),
    Field("fund_amt", "涉及基金", 12, "money"),
    *ENTRY_FIELDS,
    Field("mdtrt_id", "就诊号", 20, "code", folded=True),
    Field("feedetl_sn", "明细序号", 12, "code", folded=True),
    Field("setl_id", "结算号", 16, "code", folded=True),
    Field("bilg_dept_codg", "科室", 9, "code", folded=True),
    Field("bilg_dr_codg", "医师", 12, "code", folded=True),
    Field("rule_id", "规则编号", 16, "code", folded=True),
    Field("jr_id", "疑点编号", 20, "code", folded=True),
    Field("case_id", "案件编号", 20, "code", folded=True),
)
RULE_FIELDS = (
    Field("rule_id", "规则编号", 18),
    Field("rule_ver", "版本", 6, "int"),
    Field("origin", "来源", 7),
    Field("rule_type", "规则类型", 26),
    Field("gz_code", "国家规则编码", 22),
    Field("law", "法律依据", 40),
    Field("src_doc", "依据文件", 34),
    Field("params", "参数", 48),
    Field("tip", "提示语", 34),
    Field("findings", "本册疑点数", 10, "int"),
    Field("reviewed", "已查案件数", 10, "int"),
    Field("rate", "认定率", 8),
    Field("interval", "认定率区间", 15),
)
# A row of 明细 is a finding, a line at fault or a line it conflicts with; only the first two can be concluded.
FINDING_LEVEL, FAULT_LEVEL, RELATED_LEVEL = "疑点", "违规项", "涉及项"
