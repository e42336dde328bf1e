"""Nights that the gate refuses, releases and lets pass in part; rows that go back and come again."""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from cases.contents import Selection
from jobs.cases import export_cases
from jobs.gate.approval import approve
from jobs.nightly import audit_range
from jobs.outcomes import import_outcomes
from jobs.rejects import export_rejects, list_rejects, replay
from jobs.spark import open_lake
from lake.errors import BadInput, GateRefused
from lake.publications import Publication, last
from lake.runs import read_records
from lake.tables import GATE_APPROVAL
from rules.book.cells import xlsx_sheets
from tests.cases.test_outcomes import fill
from tests.ingest.landing import land
from tests.jobs.commands import arguments, run
from tests.jobs.nights import BUSINESS_DATE, exported, night, settings_of
from tests.jobs.story import land_batches, write_rules

if TYPE_CHECKING:
    from tests.jobs.telling import Story

# A person whose number must stand in no report.
CANARY = "canary-330102198001011234"
# m5: every line's amount is ten times price × count, and one is negative without being a refund.
SHIFTED = {
    "mdtrt_d": f"""
        mdtrt_id | psn_no   | med_type | begntime            | endtime
        m5       | {CANARY} | 11       | 2025-03-20 08:00:00 | 2025-03-20 10:00:00
        """,
    "setl_d": f"""
        setl_id | mdtrt_id | psn_no   | gend | med_type | setl_time           | medfee_sumamt | inscp_scp_amt | fund_pay_sumamt
        s5      | m5       | {CANARY} | 1    | 11       | 2025-03-20 10:00:00 | 320.00        | 320.00        | 100.00
        """,
    "fee_list_d": f"""
        mdtrt_id | feedetl_sn | setl_id | psn_no   | med_list_codg | hilist_name | fee_ocur_time       | cnt | pric  | det_item_fee_sumamt | inscp_scp_amt
        m5       | e          | s5      | {CANARY} | XA01          | 妇科洗液    | 2025-03-20 09:00:00 | 1   | 10.00 | 100.00              | 100.00
        m5       | f          | s5      | {CANARY} | XA02          | 黄体酮      | 2025-03-20 09:00:00 | 1   | 24.00 | 240.00              | 240.00
        m5       | g          | s5      | {CANARY} | XA02          | 黄体酮      | 2025-03-20 09:30:00 | 1   | 20.00 | -20.00              | -20.00
        """,  # noqa: E501 - a table reads best whole
}
# The gate binds from one row on; a fifth of the sums may be wrong.
STRICT = (
    "gate.min_rows=1",
    "gate.share.sums=0.2",
    "gate.share.codes=1",
    "gate.share.references=1",
    "gate.share.main_diagnosis=1",
)


def night_of(folder: Path, *overrides: str) -> Publication:
    return night(folder, folder / "landing", folder / "rules", "2025-03", *overrides)


@dataclass
class Told:
    """A lake with a published month, a refused batch on top of it, and what was said."""

    folder: Path
    first: Publication
    refusal: str
    before: dict[str, str]
    after: dict[str, str]


@pytest.fixture(scope="module")
def told(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("gate")
    shutil.copytree(story.folder / "lake-of-february", folder / "lake")
    land_batches(folder / "landing", "b1")
    write_rules(folder / "rules")
    before = exported(folder, "finding", "rejects", "case_list")
    for table, text in SHIFTED.items():
        land(folder / "landing", "b2", table, text)
    with pytest.raises(GateRefused) as refused:
        night_of(folder, *STRICT)
    return Told(folder, story.nights["first"], str(refused.value), before, exported(folder, "finding", "rejects", "case_list"))


def copy_of(told: Told, folder: Path) -> Path:
    """The refused night's folder, to go on from."""
    return shutil.copytree(told.folder, folder / "gate")


def test_a_refused_night_says_what_with_count_and_share(told: Told) -> None:
    report = told.folder / "lake" / "_gate" / "gate-2025-04-01.html"

    assert told.refusal.splitlines() == [
        "gate: b2 fee_list_d.product 明细金额≠单价×数量: 3 of 3 rows, 100.00 %; at most 20.00 %",
        "gate: b2 fee_list_d.negative 非冲销明细金额为负: 1 of 3 rows, 33.33 %; at most 20.00 %",
        f"gate: nothing is published; report {report}",
    ]


def test_the_last_publication_stays(told: Told) -> None:
    assert last(open_lake(told.folder / "lake", settings_of())) == told.first
    assert told.after == told.before


def test_the_report_is_one_page_in_chinese_without_persons_or_addresses(told: Told) -> None:
    page = (told.folder / "lake" / "_gate" / "gate-2025-04-01.html").read_text(encoding="utf-8")

    assert "本夜不发布，上次发布保持不变" in page
    assert "隔离 1 行；随之不参加审核的有 1 笔结算的 1 条明细，\n金额 -20.00 元" in page
    assert [word for word in (CANARY, "http", "src=", "href=") if word in page] == []


def test_a_range_cannot_be_judged_past_the_gate(told: Told, tmp_path: Path) -> None:
    folder = copy_of(told, tmp_path)

    with pytest.raises(GateRefused) as refused:
        audit_range(folder / "lake", "2025-02", "2025-03", BUSINESS_DATE, settings_of(*STRICT))
    assert str(refused.value) == told.refusal.replace(str(told.folder), str(folder))


def test_conclusions_do_not_publish_what_was_refused(told: Told, tmp_path: Path) -> None:
    folder = copy_of(told, tmp_path)
    book = folder / "cases.xlsx"
    export_cases(folder / "lake", Selection("2025-02", auditor="王"), book, settings_of())
    fill(book, "疑点清单", 2, 结论="成立", 日期=dt.date(2025, 4, 2))

    import_outcomes(folder / "lake", book, settings_of())

    published = last(open_lake(folder / "lake", settings_of()))
    assert published is not None
    assert published.publication_id == 2
    moved = {"outcome": 1, "risk_label": 1, "refuse_list": published.versions["refuse_list"]}
    assert published.versions == told.first.versions | moved


def test_a_released_batch_passes_the_next_night(told: Told, tmp_path: Path) -> None:
    folder = copy_of(told, tmp_path)
    now = dt.datetime.fromisoformat("2025-04-02 09:30:00")
    with pytest.raises(BadInput, match="--batch b1: does not wait for the gate; waiting: b2"):
        approve(folder / "lake", "b1", "已核对", "王", now, settings_of())
    with pytest.raises(BadInput, match="--reason: must not be empty"):
        approve(folder / "lake", "b2", " ", "王", now, settings_of())

    approve(folder / "lake", "b2", "医院书面说明单价按十倍录入", "王", now, settings_of())
    with pytest.raises(BadInput, match="--batch b2: is released already"):
        approve(folder / "lake", "b2", "再次", "王", now, settings_of())
    published = night_of(folder, *STRICT)

    assert (published.publication_id, published.judged_months) == (2, ["2025-02", "2025-03"])
    nights = [record.gate for record in read_records(folder / "lake") if record.job == "nightly"]
    assert nights[-2:] == ["refused", "released"]
    (row,) = open_lake(folder / "lake", settings_of()).read(GATE_APPROVAL).drop("content").collect()
    assert tuple(row) == ("b2", "医院书面说明单价按十倍录入", "王", now)
    # The release is of these files: other ones under the same name are judged anew.
    land(folder / "landing", "b2", "fee_list_d", SHIFTED["fee_list_d"].replace("100.00", "900.00"))
    with pytest.raises(GateRefused, match=r"fee_list_d\.product"):
        night_of(folder, *STRICT)


def test_rows_set_aside_go_back_and_come_again(told: Told, tmp_path: Path) -> None:
    folder = copy_of(told, tmp_path)
    lake, landing, book = folder / "lake", folder / "landing", folder / "back.xlsx"
    night_of(folder, *STRICT, "gate.mode=report")
    tables = exported(folder, "rejects", "fee_list_d", "batch_file")
    assert tables["rejects"].splitlines()[-1] == "b2,fee_list_d.csv,4,,GATE_NEGATIVE,m5|g,fee_list_d"
    assert "m5,g," not in tables["fee_list_d"]
    assert [line.split(",")[4:7] for line in tables["batch_file"].splitlines() if line.startswith("b2,fee")] == [["3", "2", "1"]]

    assert list_rejects(lake, "b2", settings_of()) == [("b2", "fee_list_d", "非冲销明细金额为负", 1)]
    assert export_rejects(lake, landing, "b2", book, settings_of()) == 1
    heading, row = xlsx_sheets(book)["fee_list_d"]
    assert row[:4] == ["fee_list_d.csv", "4", "", "非冲销明细金额为负"]
    assert "psn_no" not in heading
    correct(book, det_item_fee_sumamt="20.00", inscp_scp_amt="20.00")
    assert replay(lake, landing, "b2", book, "b2-again", settings_of()) == (1, 0)
    night_of(folder, *STRICT, "gate.mode=report")

    lines = list(csv.DictReader(exported(folder, "fee_list_d")["fee_list_d"].splitlines()))
    (line,) = [line for line in lines if line["feedetl_sn"] == "g"]
    assert (line["psn_no"], line["pric"], line["det_item_fee_sumamt"]) == (CANARY, "20.000000", "20.00")


def correct(book: Path, **values: str) -> None:
    """Somebody writes other values into the one row of the workbook."""
    file = openpyxl.load_workbook(book)
    sheet = file["fee_list_d"]
    headings = [cell.value for cell in sheet[1]]
    for name, value in values.items():
        sheet.cell(2, headings.index(name) + 1).value = value
    file.save(book)


def test_a_refused_night_ends_with_exit_code_3(told: Told, tmp_path: Path) -> None:
    folder = copy_of(told, tmp_path)

    done = run(arguments(folder, "2025-03", *STRICT))

    said = [line for line in done.stderr.splitlines() if not re.search(" (INFO|WARNING) ", line)]
    assert (done.returncode, said[-3:]) == (3, f"fundguard: {told.refusal}".replace(str(told.folder), str(folder)).splitlines())
