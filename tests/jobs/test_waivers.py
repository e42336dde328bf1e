"""Waivers over nights: granted, applied without judging again, expired, revoked; each step's published tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from cases.contents import Selection
from jobs.cases import export_cases
from jobs.explain import explain
from jobs.nightly import load_and_judge
from jobs.waivers import import_waivers, list_waivers, revoke_waiver
from lake.errors import BadInput
from lake.publications import Publication
from tests.jobs.nights import exported, settings_of, table_versions
from tests.jobs.story import WOMEN_ONLY, land_batches, write_rules
from tests.jobs.test_nightly import jr

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# R4 finds the lines that R1 finds, after it.
RULES = WOMEN_ONLY + "    R4      | 1        | XA01          | 2\n"
HEADINGS = "规则编号,规则类型,机构编码,诊断前缀,期间起,期间止,理由,批准人,有效期至"
# The lotion in February; the second stay of p2; a type that does not exist.
WAIVERS = f"""{HEADINGS}
R1,,h1,J18,,2025-02-28,目录调整过渡期,王,2025-04-10
,S01,,,,,专科康复,李,2025-12-31
,X01,,,,,误填,李,2025-12-31
"""
LOTION, HORMONE, STAY = jr("R1", "m0|a"), jr("R2", "m0|b"), jr("T1", "m2|*")
TABLES = ("finding", "refuse_list", "case_list", "waived")
REFUSED_ALL = {("a", "R1"), ("b", "R2"), ("e", "R1")}


@dataclass
class Told:
    """The lake, and what each step published and wrote."""

    folder: Path
    ids: list[str] = field(default_factory=list)
    nights: dict[str, Publication] = field(default_factory=dict)
    tables: dict[str, dict[str, str]] = field(default_factory=dict)
    commits: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def night(self, step: str, day: str, *overrides: str) -> None:
        """A night of March on that business date."""
        self.nights[step] = load_and_judge(
            self.folder / "landing", self.folder / "rules", self.folder / "lake", ["2025-03"], dt.date.fromisoformat(day),
            settings_of(*overrides),
        )  # fmt: skip
        self.tables[step] = exported(self.folder, *TABLES)
        self.commits[step] = table_versions(self.folder / "lake")

    def column(self, step: str, table: str, *names: str) -> set[tuple[str, ...]]:
        """These columns of every row, as texts."""
        header, *rows = self.tables[step][table].splitlines()
        places = [header.split(",").index(name) for name in names]
        # The columns asked for stand before or after any quoted text.
        cells = [row.split(",") for row in rows]
        return {tuple(row[place if place < 4 else place - len(header.split(","))] for place in places) for row in cells}

    def waived(self, step: str) -> set[str]:
        """The findings whose state says so."""
        states = self.column(step, "finding", "jr_id", "finding_stas")
        assert {state for _, state in states} <= {"active", "waived"}
        return {jr_id for jr_id, state in states if state == "waived"}

    def refused(self, step: str) -> set[tuple[str, ...]]:
        rows = [row.split(",") for row in self.tables[step]["refuse_list"].splitlines()[1:]]
        return {(row[3], row[5]) for row in rows}

    def cased(self, step: str) -> set[str]:
        """Visits with a case."""
        header, *rows = self.tables[step]["case_list"].splitlines()
        return {row.split(",")[header.split(",").index("mdtrt_id")] for row in rows}


@pytest.fixture(scope="module")
def told(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Waivers are imported after the first night; one expires on 10 April, the other is revoked on the 12th."""
    folder = tmp_path_factory.mktemp("waivers")
    told, lake, settings = Told(folder), folder / "lake", settings_of()
    write_rules(folder / "rules", RULES)
    land_batches(folder / "landing", "b1")
    load_and_judge(folder / "landing", folder / "rules", lake, ["2025-02"], dt.date(2025, 3, 1), settings)
    land_batches(folder / "landing", "b2")
    told.night("before", "2025-04-01")
    file = folder / "waivers.csv"
    file.write_text(WAIVERS, encoding="utf-8")
    waivers, rejects = import_waivers(lake, file, settings)
    told.ids = [waiver.waiver_id for waiver in waivers]
    assert [(reject.row_no, reject.column) for reject in rejects] == [(4, "规则类型")]
    told.night("waived", "2025-04-10")
    import_waivers(lake, file, settings)
    told.night("again", "2025-04-10")
    export_cases(lake, Selection("2025-03"), folder / "cases.xlsx", settings)
    told.tables["explained"] = {jr_id: explain(lake, jr_id, settings) for jr_id in (LOTION, STAY, HORMONE)}
    # Another setting that decides findings: every month is judged again.
    told.night("judged again", "2025-04-10", "refuse.include_drg=true")
    told.night("expired", "2025-04-11")
    assert revoke_waiver(lake, told.ids[1], "康复科撤销", settings)
    assert not revoke_waiver(lake, told.ids[1], "再撤一次", settings)
    told.night("revoked", "2025-04-12")
    return told


def test_waived_findings_keep_their_rows_and_leave_the_lists(told: Told) -> None:
    assert (told.waived("before"), told.cased("before"), told.refused("before")) == (set(), {"m0", "m2", "m3"}, REFUSED_ALL)
    assert told.waived("waived") == {LOTION, STAY}
    assert told.tables["waived"]["finding"].count("\n") == told.tables["before"]["finding"].count("\n")
    # R4 refuses the line that R1 may not refuse any more; m0 keeps its case by R2 and R4.
    assert told.refused("waived") == {("a", "R4"), ("b", "R2"), ("e", "R1")}
    assert told.cased("waived") == {"m0", "m3"}
    assert set(told.tables["waived"]["waived"].splitlines()[1:]) == {
        f"2025-02,{LOTION},{told.ids[0]}",
        f"2025-03,{STAY},{told.ids[1]}",
    }


def test_waivers_are_applied_without_judging_again(told: Told) -> None:
    assert told.nights["waived"].judged_months == []
    for table in ("finding_detl", "coverage", "task", "bill_line"):
        assert told.commits["waived"][table] == told.commits["before"][table]


def test_a_rerun_changes_nothing(told: Told) -> None:
    assert told.nights["again"] == told.nights["waived"]
    assert told.commits["again"] == told.commits["waived"]


def test_a_month_that_is_judged_again_stays_waived(told: Told) -> None:
    assert told.nights["judged again"].judged_months == ["2025-02", "2025-03"]
    assert told.tables["judged again"] == told.tables["waived"]


def test_an_expired_waiver_stops_counting_the_day_after(told: Told) -> None:
    assert told.waived("expired") == {STAY}
    assert told.refused("expired") == REFUSED_ALL
    assert told.cased("expired") == {"m0", "m3"}


def test_after_the_revocation_everything_is_as_it_was(told: Told) -> None:
    assert told.nights["revoked"].judged_months == []
    assert told.tables["revoked"] == told.tables["before"]


def test_explain_names_the_waiver(told: Told) -> None:
    text = told.tables["explained"][LOTION]

    assert "状态：已豁免" in text
    assert f"豁免 {told.ids[0]}（规则 R1，机构 h1，诊断 J18，期间 不限 至 2025-02-28）" in text
    assert "理由：目录调整过渡期；批准人：王；有效期至 2025-04-10" in text
    assert f"豁免 {told.ids[1]}（规则类型 S01）" in told.tables["explained"][STAY]
    assert "豁免" not in told.tables["explained"][HORMONE]


def test_the_workbook_counts_what_is_waived(told: Told) -> None:
    sheet = openpyxl.load_workbook(told.folder / "cases.xlsx").worksheets[0]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]

    assert [cells[cells.index(name) + 1] for name in ("已豁免疑点数", "已豁免违规金额（元）")] == [1, 300]


def test_the_list_of_waivers_says_their_state(told: Told) -> None:
    text = list_waivers(told.folder / "lake", dt.date(2025, 4, 12), settings_of())

    states = [line.split()[:2] for line in text.splitlines() if not line.startswith(" ")]
    assert states == [[told.ids[1], "已撤销"], [told.ids[0], "已过期"]]
    assert "撤销理由：康复科撤销" in text


def test_an_unknown_waiver_cannot_be_revoked(told: Told) -> None:
    with pytest.raises(BadInput, match="no such waiver"):
        revoke_waiver(told.folder / "lake", "0123456789abcdef", "x", settings_of())
    with pytest.raises(BadInput, match="must say why"):
        revoke_waiver(told.folder / "lake", told.ids[0], " ", settings_of())
