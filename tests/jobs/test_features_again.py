"""Features of a lake that has some: conclusions change months by whose end they were known; a new feature comes in."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cases.contents import Selection
from jobs.cases import export_cases
from jobs.features import build_features, update_features
from jobs.outcomes import import_outcomes
from jobs.spark import open_published
from lake.publications import Publication, read_published
from lake.tables import FEATURE_TABLES, INSTITUTION_MONTH, VISIT_MONTH
from tests.cases.tables import shown
from tests.cases.test_outcomes import fill
from tests.jobs.nights import BUSINESS_DATE, settings_of

if TYPE_CHECKING:
    from tests.jobs.telling import Story

SETTINGS = settings_of()
MONTHS = ("2025-02", "2025-03")


def reviewed(lake: Path) -> tuple[Publication, list[tuple[object, ...]]]:
    """The publication of the features as they are made now, and what they say of the one institution's reviews."""
    made = build_features(lake, MONTHS, BUSINESS_DATE, SETTINGS)
    rows = read_published(open_published(lake, SETTINGS), INSTITUTION_MONTH, made)
    return made, shown(rows, "month", "fixmedins_code", "reviewed_12m", "confirmed_share_12m")


def test_a_conclusion_is_known_from_its_own_month_on(story: Story, tmp_path: Path) -> None:
    lake, book = tmp_path / "lake", tmp_path / "cases.xlsx"
    shutil.copytree(story.folder / "lake", lake)

    # A stay of March was concluded on, but on 2 April: neither month knew.
    before, rows = reviewed(lake)
    assert rows == [("2025-02", "h1", 0, None), ("2025-03", "h1", 0, None)]

    # February's case, of two findings, is confirmed on the last day of March.
    export_cases(lake, Selection("2025-02", auditor="王"), book, SETTINGS)
    fill(book, "疑点清单", 2, 结论="成立", 日期=dt.date(2025, 3, 31))
    import_outcomes(lake, book, SETTINGS)

    after, rows = reviewed(lake)
    assert rows == [("2025-02", "h1", 0, None), ("2025-03", "h1", 2, 1.0)]
    assert after.publication_id > before.publication_id


def test_a_feature_declared_later_comes_into_every_month_with_the_next_night(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, settings = tmp_path / "lake", settings_of("features.nightly=true")
    shutil.copytree(story.folder / "lake", folder)
    older = replace(VISIT_MONTH, columns=tuple(column for column in VISIT_MONTH.columns if column.name != "diagnoses"))
    with monkeypatch.context() as earlier:
        earlier.setitem(FEATURE_TABLES, VISIT_MONTH.name, older)
        published = build_features(folder, MONTHS, BUSINESS_DATE, settings)
    lake = open_published(folder, settings)
    assert {row.diagnoses for row in lake.read(VISIT_MONTH).collect()} == {None}

    # Nothing moved in the bills.
    assert update_features(lake, settings, published, moved=[], has_champion=False) == list(MONTHS)

    rows = lake.read(VISIT_MONTH).collect()
    assert {row.month for row in rows} == {*MONTHS}
    assert None not in {row.diagnoses for row in rows}
