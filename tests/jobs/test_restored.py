"""A lake that comes back from a backup shows what was published, and the next night goes on with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.backup import backup, restore
from tests.jobs.nights import EXPORTED, exported, night, settings_of
from tests.jobs.telling import Story


@pytest.fixture
def folder(story: Story, tmp_path: Path) -> Path:
    """A folder with the story's last lake, from its backup."""
    backup(story.folder / "lake", tmp_path / "store", None, settings_of())
    restore(tmp_path / "store", tmp_path / "lake", None, None, False, settings_of())
    return tmp_path


def test_a_restored_lake_exports_the_same(story: Story, folder: Path) -> None:
    tables = ("finding", "refuse_list", "coverage")
    assert exported(folder, *tables) == {table: story.tables["retired"][table] for table in tables}


@pytest.mark.long
def test_the_night_after_a_restore_has_nothing_to_do(story: Story, folder: Path) -> None:
    before = exported(story.folder, *EXPORTED, "outcome")

    published = night(folder, story.folder / "landing", story.folder / "rules", "2025-03")

    assert published == story.nights["retired"]
    assert exported(folder, *EXPORTED, "outcome") == before
