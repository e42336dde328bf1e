"""A full disk ends a night with exit code 5 and one line; nothing is published, and a rerun makes good."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.jobs.commands import arguments, run
from tests.jobs.faults import can_mount, published, small_disk, unlogged
from tests.jobs.nights import exported, night
from tests.jobs.story import land_batches, write_rules
from tests.jobs.telling import Story

MB = 1 << 20


@pytest.fixture
def folder(story: Story, tmp_path: Path) -> Path:
    """The lake after the first night, and what lands for the second; skipped where nothing can be mounted."""
    if not can_mount(tmp_path / "disk"):
        pytest.skip("this machine lets the tests mount nothing")
    shutil.copytree(story.folder / "lake-of-february", tmp_path / "february")
    land_batches(tmp_path / "landing", "b1", "b2")
    write_rules(tmp_path / "rules")
    return tmp_path


def refused(folder: Path, *overrides: str) -> list[str]:
    """What a night says that ends with exit code 5."""
    done = run(arguments(folder, "2025-03", *overrides))
    assert done.returncode == 5, done.stderr
    return unlogged(done.stderr.splitlines())


def used(folder: Path) -> int:
    """Bytes of the files, in whole pages as a disk in memory counts them."""
    return sum(-(-path.lstat().st_size // 4096) * 4096 for path in folder.rglob("*"))


@pytest.mark.long
def test_a_full_lake(story: Story, folder: Path) -> None:
    with small_disk(folder / "lake", 64 * MB) as resize:
        shutil.copytree(folder / "february", folder / "lake", dirs_exist_ok=True)
        before = published(folder / "lake")
        resize(used(folder / "lake") + MB // 4)

        (line,) = refused(folder)

        assert line.endswith("make room and run again")
        assert published(folder / "lake") == before
        resize(64 * MB)
        night(folder, folder / "landing", folder / "rules", "2025-03")
        assert exported(folder) == story.tables["later"]


@pytest.mark.long
def test_a_full_scratch_folder(folder: Path) -> None:
    shutil.copytree(folder / "february", folder / "lake")
    before = published(folder / "lake")
    with small_disk(folder / "scratch", MB):
        (line,) = refused(folder, f"spark.local_dir={folder / 'scratch'}")

    assert line == "fundguard: lake or scratch folder: no space is left there; make room and run again"
    assert published(folder / "lake") == before
