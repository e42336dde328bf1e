"""Every state that a crash can leave a night's files in: readers see the night before or this one, whole, and nothing else.

A killed process leaves the first files of the night, each of them whole. A power failure may also have kept any later file
while an earlier one is gone, empty or cut: but none that was flushed, and what a publication names is flushed before its row
is written. Both kinds are made here, file by file, from a night written as Delta writes it.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from lake.damage import find_damage
from lake.healing import heal
from lake.pins import pins_of
from lake.table_log import read_log
from tests.lake.written import WrittenLake, write_files

Files = Sequence[tuple[Path, bytes]]
# What readers see of each publication: the values of each table that it names.
BEFORE = {"batch_file": [1], "fee_list_d": [10, 11], "bill_line": [10, 11], "finding": [10], "outcome": [70]}
AFTER = {
    "batch_file": [1, 2],
    "fee_list_d": [10, 11, 20],
    "bill_line": [10, 20],
    "finding": [10, 20],
    "outcome": [70],
    "refuse_list": [],
    "waived": [5],
}


def values(*numbers: int) -> list[dict[str, int]]:
    return [{"value": number} for number in numbers]


def first_night(lake: WrittenLake) -> None:
    for table, numbers in BEFORE.items():
        lake.commit(table)
        lake.commit(table, values(*numbers))
    lake.publish(1, **{table: len(numbers) for table, numbers in BEFORE.items()})


def second_night(lake: WrittenLake) -> int:
    """The next night, with a checkpoint and a table that is new; the number of its files that are flushed before it publishes."""
    lake.commit("fee_list_d", values(20), checkpoint=True)
    lake.commit("batch_file", values(2))
    lake.commit("bill_line", values(10, 20), replaces=True)
    lake.commit("finding", values(10, 21), replaces=True)
    lake.commit("refuse_list")
    lake.commit("finding", values(10, 20), replaces=True, checkpoint=True)
    lake.commit("waived")
    lake.commit("waived", values(5))
    flushed = len(lake.files)
    lake.publish(2, **{table: len(numbers) for table, numbers in AFTER.items()})
    return flushed


def crash_states(night: Files, flushed: int) -> Iterator[tuple[str, Files]]:
    """Each state by name: the night's first files, and those with one unflushed file gone, empty or cut."""
    for count in range(len(night) + 1):
        yield f"{count} files", night[:count]
        for place in range(flushed if count > flushed else 0, count):
            path, content = night[place]
            others = [*night[:place], *night[place + 1 : count]]
            yield f"{count} files without {path}", others
            yield f"{count} files, {path} empty", [*others, (path, b"")]
            yield f"{count} files, {path} cut", [*others, (path, content[: len(content) // 2])]


def visible(lake: Path) -> dict[str, list[int]]:
    """What readers see: the tables as the last publication names them."""
    pins = pins_of(lake).publications
    return {name: stored(lake / name, version) for name, version in pins[max(pins)].versions.items()}


def stored(table: Path, version: int) -> list[int]:
    """The values of one version."""
    files = read_log(table).live(version)
    return sorted(value for path in files for value in parquet.ParquetFile(table / path).read()["value"].to_pylist())


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Files, Files, int]:
    """The files of the first night and of the second, and how many of the second are flushed before it publishes."""
    lake = WrittenLake(tmp_path_factory.mktemp("lake"))
    first_night(lake)
    before = len(lake.files)
    flushed = second_night(lake) - before
    assert find_damage(lake.folder) == []
    return lake.files[:before], lake.files[before:], flushed


def test_after_a_crash_readers_see_one_night_whole(nights: tuple[Files, Files, int], tmp_path: Path) -> None:
    first, second, flushed = nights
    write_files(tmp_path, first)
    outcomes: Counter[str] = Counter()
    for name, files in crash_states(second, flushed):
        write_files(tmp_path, files)
        damages = find_damage(tmp_path)
        assert all(damage.move for damage in damages), (name, damages)
        if damages:
            heal(tmp_path, damages)
            assert find_damage(tmp_path) == [], name
        assert visible(tmp_path) in (BEFORE, AFTER), name
        outcomes["healed" if damages else "whole"] += 1
        take_away(tmp_path, files)
    assert {path: (tmp_path / path).read_bytes() for path, _ in first} == dict(first)
    assert outcomes.total() > 1000, outcomes
    assert outcomes["healed"] > 500, outcomes


def take_away(lake: Path, files: Files) -> None:
    """The lake as it was before the night."""
    for path, _ in files:
        (lake / path).unlink(missing_ok=True)
    for folder in ("_fsck", "refuse_list", "waived"):
        shutil.rmtree(lake / folder, ignore_errors=True)
