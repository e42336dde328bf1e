"""From tables to a workbook and back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyspark.sql import DataFrame, SparkSession

from cases.case_list import case_list
from cases.chances import Chances
from cases.contents import Selection, full_law
from cases.export import export_csv, export_workbook
from cases.members import case_members
from cases.order import Quota
from cases.outcome_rows import Target
from cases.targets import known_amounts, target_amounts
from cases.work import Work
from tests.cases.tables import TYPES, frame, shown

TEXTS = {
    "finding": """
        jr_id | rule_type_id | rule_id | mdtrt_id | setl_id | fixmedins_code | vola_cont    | vola_amt | fund_amt | vola_amt_stas
        f1    | V01          | R1      | M1       | S1      | H1             | 超限定适应症 | 60.00    | 48.00    | 1
        f2    | S01          | R2      | M2       | S2      | H2             | 分解住院     | 500.00   | 500.00   | 0
        """,
    "finding_detl": """
        jr_id | mdtrt_id | feedetl_sn | vola_item_type | vola_amt | fund_amt
        f1    | M1       | L1         | 1              | 60.00    | 48.00
        f1    | M1       | L2         | 2              | 0.00     | 0.00
        f2    | M2       | *          | 1              | 500.00   | 500.00
        """,
    "bill_line": """
        mdtrt_id | feedetl_sn | setl_id | fee_time            | hilist_name | med_list_codg | net_cnt | pric     | net_amt
        M1       | L1         | S1      | 2025-03-10 09:00:00 | 白蛋白      | XB05          | 15000   | 40000000 | 6000
        M1       | L2         | S1      | 2025-03-11 09:00:00 | 氯化钠      | XB06          | 10000   | 2500000  | 250
        """,
    "rule": """
        rule_type_id | rule_id | rule_ver | origin    | src_doc | params
        V01          | R1      | 1        | official  | 第5批   | {"diag_set":"J18"}
        S01          | R2      | 1        | generated |         | {}
        """,
    "coverage": """
        rule_type_id | month   | state         | reason
        V01          | 2025-03 | evaluated     |
        S10          | 2025-03 | not_evaluable | 缺少 oprn_d
        """,
    "rule_rate": """
        rule_type_id | rule_id | reviewed | rate   | low    | high   | stas   | notice
        V01          | *       | 30       | 0.8571 | 0.7204 | 0.9512 | active |
        V01          | R1      | 12       | 0.90   | 0.75   | 0.99   | active |
        S10          | R7      | 40       | 0.01   | 0.00   | 0.019  | shadow | 认定率低
        """,
    "risk_score": """
        subject_type | month | model_version
        """,
    "fixmedins_d": """
        fixmedins_code | fixmedins_name
        H1             | 东河医院
        H2             | 西河医院
        """,
}


@pytest.fixture(scope="module")
def tables(spark: SparkSession) -> dict[str, DataFrame]:
    """The published tables, with the case list made from them."""
    made = {name: frame(spark, name, text) for name, text in TEXTS.items()}
    ids = [case_type.rule_type_id for case_type in TYPES]
    work = Work(dict.fromkeys(ids, 30), Quota(minutes=6000, reserve=0, per_institution=0, per_type=0))
    chances = Chances(dict.fromkeys(ids, Decimal(1)))
    cases = case_list(made["finding"], made["finding_detl"], made["bill_line"], TYPES, chances, work, Decimal(0))
    return made | {"case_list": cases.localCheckpoint()}


def values(path: Path, sheet: str, *headings: str) -> list[tuple[Any, ...]]:
    rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
    places = [rows[0].index(heading) for heading in headings]
    return [tuple(row[place] for place in places) for row in rows[1:]]


def test_a_workbook_holds_cases_findings_lines_and_rules(tables: dict[str, DataFrame], tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    assert export_workbook(path, Selection("2025-03", auditor="王"), "7", tables, TYPES) == {
        "疑点清单": 2,
        "明细": 5,
        "依据": 2,
    }
    assert values(path, "疑点清单", "排名", "机构名称", "就诊号", "预计可追回", "认定概率", "稽核人") == [
        (1, "西河医院", "M2", 500, 1, "王"),
        (2, "东河医院", "M1", 48, 1, "王"),
    ]
    assert values(path, "明细", "排名", "层级", "疑点说明", "项目名称", "数量", "单价", "费用金额", "违规金额") == [
        (1, "疑点", "分解住院", None, None, None, None, 500),
        (1, "违规项", None, "（整次就诊）", None, None, None, 500),
        (2, "疑点", "超限定适应症", None, None, None, None, 60),
        (2, "违规项", None, "白蛋白", 1.5, 40, 60, 60),
        (2, "涉及项", None, "氯化钠", 1, 2.5, 2.5, None),
    ]
    assert values(path, "依据", "规则编号", "来源", "国家规则编码", "依据文件", "已查案件数", "认定率", "认定率区间") == [
        ("R1", "官方", "GZ10000101008000", "第5批", 12, "90.0%", "75.0%–99.0%"),
        ("R2", "生成", "GZ10000204001000", None, None, None, None),
    ]
    first_sheet = [row for row in openpyxl.load_workbook(path)["汇总"].iter_rows(values_only=True) if row[0]]
    cells = [cell for row in first_sheet for cell in row]
    assert cells[cells.index("排序依据") + 1] == "无模型：按规则认定率 × 可追回金额"
    assert ("S10 疑似费用偏离", "不可评价", "缺少 oprn_d") in [row[:3] for row in first_sheet]
    assert ("V01 超限定支付适应症", "违规", 1, 60, 0, 0, 48, 30, "85.7%", "72.0%–95.1%") in first_sheet
    assert ("S01 疑似分解住院", "疑似", 0, 0, 1, 500, 500) in [row[:7] for row in first_sheet]
    assert ("S10 疑似费用偏离", "R7", "认定率低") in [row[:3] for row in first_sheet]


def test_institution_and_limit_narrow_the_list(tables: dict[str, DataFrame], tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    assert export_csv(path, Selection("2025-03", institution="H1"), tables) == 1
    assert export_csv(path, Selection("2025-03", limit=1), tables) == 1
    assert ",西河医院,M2," in path.read_text(encoding="utf-8-sig").splitlines()[1]
    assert export_csv(path, Selection("2025-04"), tables) == 0


def test_only_what_exists_can_be_concluded(tables: dict[str, DataFrame]) -> None:
    members = case_members(tables["finding"], tables["finding_detl"], TYPES)
    case_id = dict(shown(members, "jr_id", "case_id"))["f1"]
    wanted = [
        Target(case_id),
        Target(case_id, "f1"),
        Target(case_id, "f1", "M1", "L1"),
        Target(case_id, "f1", "M1", "L2"),
        Target(case_id, "f2"),
        Target("c9"),
    ]
    found = target_amounts(wanted, tables["case_list"], members, tables["finding_detl"])
    assert known_amounts(found.collect()) == dict.fromkeys(wanted[:3], Decimal("60.00"))


@pytest.mark.parametrize(
    ("law", "cited"),
    [
        ("条例38(六)", "《医疗保障基金使用监督管理条例》第38条(六)"),
        ("条例38(二)、40(三)", "《医疗保障基金使用监督管理条例》第38条(二)、第40条(三)"),
        ("条例38(七)、40(一)(二)", "《医疗保障基金使用监督管理条例》第38条(七)、第40条(一)(二)"),
    ],
)
def test_the_law_is_cited_in_full(law: str, cited: str) -> None:
    assert full_law(law) == cited
