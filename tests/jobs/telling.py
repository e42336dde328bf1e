"""The story told once for all tests of nights: each step's published tables."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

from cases.contents import Selection
from jobs.cases import export_cases
from jobs.outcomes import import_outcomes
from lake.publications import Publication
from tests.cases.test_outcomes import fill
from tests.jobs.nights import exported, night, settings_of, table_versions
from tests.jobs.story import WOMEN_ONLY, land_batches, write_rules


@dataclass
class Story:
    """What each step of the story left behind; ``lake-of-february`` is the lake after the first night."""

    folder: Path
    nights: dict[str, Publication] = field(default_factory=dict)
    tables: dict[str, dict[str, str]] = field(default_factory=dict)
    commits: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def keep(self, step: str, published: Publication, *tables: str) -> None:
        """Keeps what the step published."""
        self.nights[step] = published
        self.tables[step] = exported(self.folder, *tables)
        self.commits[step] = table_versions(self.folder / "lake")


def tell(folder: Path) -> Story:
    """The nights in their order, and an auditor's conclusion at the end."""
    told = Story(folder)
    landing, rules = folder / "landing", write_rules(folder / "rules")
    land_batches(landing, "b1")
    told.keep("first", night(folder, landing, rules, "2025-02"), "finding", "refuse_list")
    shutil.copytree(folder / "lake", folder / "lake-of-february")
    told.keep("rerun", night(folder, landing, rules, "2025-02"), "finding")
    land_batches(landing, "b2")
    told.keep("later", night(folder, landing, rules, "2025-03"))
    told.tables["events"] = exported(folder, "finding_event")
    book = folder / "cases.xlsx"
    export_cases(folder / "lake", Selection("2025-03", auditor="王"), book, settings_of())
    conclude(book)
    import_outcomes(folder / "lake", book, settings_of())
    told.tables["concluded"] = exported(folder, "refuse_list", "outcome")
    write_rules(rules, without_r2())
    told.keep("retired", night(folder, landing, rules, "2025-03"), "finding", "refuse_list", "coverage")
    return told


def without_r2() -> str:
    """The rule file in which R2 does not stand any more."""
    return "\n".join(line for line in WOMEN_ONLY.splitlines() if "R2" not in line)


def conclude(book: Path) -> None:
    """An auditor confirms 120.00 yuan of the second stay."""
    sheet = openpyxl.load_workbook(book)["疑点清单"]
    headings = [cell.value for cell in sheet[1]]
    visits = [row[headings.index("就诊号")] for row in sheet.iter_rows(values_only=True)]
    fill(book, "疑点清单", visits.index("m2") + 1, 结论="部分成立", 认定金额=120, 理由="出院未愈", 日期=dt.date(2025, 4, 2))
