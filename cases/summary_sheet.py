"""The first sheet: what was judged, what was found, and what could not be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cases.fields import SUMMARY_SHEET, Field
from cases.formats import GREY, INK, Formats

TYPE_FIELDS = (
    Field("rule_type", "规则类型", 46),
    Field("kind", "性质", 13),
    Field("official", "官方规则疑点数", 13, "int"),
    Field("official_amt", "官方规则违规金额", 16, "money"),
    Field("generated", "生成规则疑点数", 13, "int"),
    Field("generated_amt", "生成规则违规金额", 16, "money"),
    Field("fund_amt", "涉及基金", 16, "money"),
    Field("reviewed", "已查案件数", 13, "int"),
    Field("rate", "认定率", 10),
    Field("interval", "认定率区间", 15),
)
INSTITUTION_FIELDS = (
    Field("fixmedins_name", "机构名称", 46),
    Field("fixmedins_code", "机构编码", 13),
    Field("cases", "案件数", 13, "int"),
    Field("vola_amt", "违规金额", 16, "money"),
    Field("findings", "疑点数", 13, "int"),
    Field("fund_amt", "涉及基金", 16, "money"),
    Field("expected_amt", "预计可追回", 16, "money"),
)
COVERAGE_FIELDS = (
    Field("rule_type", "规则类型", 46),
    Field("state", "评价情况", 13),
    Field("reason", "原因", 13, "overflow"),
)
SHADOW_FIELDS = (
    Field("rule_type", "规则类型", 46),
    Field("rule_id", "规则编号", 13),
    Field("notice", "说明", 13, "overflow"),
)
NOTES = (
    "本册为智能审核疑点，须经稽核认定后方可作为处理依据；“疑似”类规则只提示线索。",
    "官方规则：依据国家医保局已公布的知识点；生成规则：演示用模拟规则。两类分别统计，不得混同。",
    "同一明细被多条规则命中时，合计金额只计一次，每次结算不超过其基金支付额；分类型统计未跨类型去重，故可能大于合计。",
    "“不可评价”表示所需数据缺失或没有规则，不代表没有问题。",
    "已豁免的疑点不列入清单，也不进入拒付清单；豁免到期或撤销后，于下一次审核恢复。金额为各疑点之和，未去重。",
    "认定率按稽核结论计算：大额优先查办，故按金额分层加权。转入试运行的规则仍审核，不列入清单和拒付清单。",
    "填写方法：在“疑点清单”按案件、或在“明细”按疑点、明细填写黄色栏目；明细优先于疑点，疑点优先于案件。",
    "“成立”不填金额即全额认定；“部分成立”须填认定金额（违规金额口径），不得大于所列违规金额。编号栏请勿改动。",
)


@dataclass(frozen=True)
class Summary:
    """The facts of the first sheet; amounts are decimals in yuan.

    ``facts`` are pairs of name and value; ``by_type`` and ``by_institution`` have the keys of the fields above;
    ``coverage`` has rule_type, state and reason; ``in_shadow`` rule_type, rule_id and notice of rules hardly ever confirmed.
    """

    month: str
    publication: str
    facts: Sequence[tuple[str, str | int | Decimal]] = ()
    by_type: Sequence[Mapping[str, Any]] = field(default_factory=list)
    by_institution: Sequence[Mapping[str, Any]] = field(default_factory=list)
    coverage: Sequence[Mapping[str, Any]] = field(default_factory=list)
    in_shadow: Sequence[Mapping[str, Any]] = field(default_factory=list)


def write_summary(book: Any, formats: Formats, summary: Summary) -> None:
    """Adds the sheet. Its rows are written from top to bottom, as constant memory asks."""
    sheet = book.add_worksheet(SUMMARY_SHEET)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    for column, column_field in enumerate(TYPE_FIELDS):
        sheet.set_column(column, column, column_field.width)
    sheet.set_row(0, 34)
    sheet.write_string(0, 0, f"医保基金智能审核疑点汇总  {summary.month}", formats.get(bold=True, font_size=16, font_color=INK))
    row = _write_facts(sheet, formats, summary, 2)
    row = _write_table(sheet, formats, "一、按规则类型", TYPE_FIELDS, summary.by_type, row + 1)
    row = _write_table(sheet, formats, "二、按机构", INSTITUTION_FIELDS, summary.by_institution, row + 1)
    row = _write_table(sheet, formats, "三、规则类型评价情况", COVERAGE_FIELDS, summary.coverage, row + 1)
    if summary.in_shadow:
        row = _write_table(sheet, formats, "四、因认定率低转入试运行的规则", SHADOW_FIELDS, summary.in_shadow, row + 1)
    _write_notes(sheet, formats, row + 1)


def _write_facts(sheet: Any, formats: Formats, summary: Summary, row: int) -> int:
    """Name and value, two pairs to a row; the next free row comes back."""
    facts = [*summary.facts]
    for place in range(0, len(facts), 2):
        for column, (name, value) in zip((0, 3), facts[place : place + 2], strict=False):
            sheet.write_string(row, column, name, formats.get(font_color=GREY))
            _write_value(sheet, formats, row, column + 1, value)
        row += 1
    return row


def _write_value(sheet: Any, formats: Formats, row: int, column: int, value: str | int | Decimal) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value, formats.get(bold=True, align="left"))
    else:
        number = "#,##0.00" if isinstance(value, Decimal) else "#,##0"
        sheet.write_number(row, column, value, formats.get(bold=True, align="left", num_format=number))


def _write_table(
    sheet: Any, formats: Formats, title: str, fields: Sequence[Field], rows: Sequence[Mapping[str, Any]], row: int
) -> int:
    _write_title(sheet, formats, title, row)
    sheet.set_row(row + 1, 20)
    for column, column_field in enumerate(fields):
        sheet.write_string(row + 1, column, column_field.heading, formats.heading(column_field))
    for offset, values in enumerate(rows):
        for column, column_field in enumerate(fields):
            look = formats.cell(column_field)
            value = values.get(column_field.key)
            if isinstance(value, int | Decimal):
                sheet.write_number(row + 2 + offset, column, value, look)
            else:
                sheet.write_string(row + 2 + offset, column, value or "", look)
    return row + 2 + len(rows)


def _write_title(sheet: Any, formats: Formats, title: str, row: int) -> None:
    sheet.set_row(row, 24)
    sheet.write_string(row, 0, title, formats.get(bold=True, font_size=12, font_color=INK))


def _write_notes(sheet: Any, formats: Formats, row: int) -> None:
    _write_title(sheet, formats, "说明", row)
    for offset, note in enumerate(NOTES, start=1):
        sheet.write_string(row + offset, 0, f"{offset}. {note}", formats.get())
