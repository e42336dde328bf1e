"""Access records: what was done to them is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lake.errors import IntegrityFailure
from lake.identity.access import Access, AccessLog, Head
from lake.identity.persons import PersonStore

KEY = b"a key for tests"
THREE = tuple(
    Access(f"2025-04-0{day} 09:00:00", user, "reveal", granted, "来信核实", f"case-{day}", psn_no)
    for day, user, granted, psn_no in ((1, "wang", True, "x1"), (2, "li", False, ""), (3, "wang", True, "x3"))
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with three records."""
    folder = tmp_path / "lake-identity"
    with PersonStore(folder, KEY, make=True) as store:
        assert [AccessLog(store).add(access) for access in THREE] == [1, 2, 3]
    return folder


def records(folder: Path, *pinned: Head) -> list[Access]:
    with PersonStore(folder, KEY) as store:
        return AccessLog(store).records(pinned)


def head(folder: Path) -> Head:
    with PersonStore(folder, KEY) as store:
        return AccessLog(store).head


def test_records_come_back_as_they_were_written(folder: Path) -> None:
    assert records(folder, head(folder)) == list(THREE)
    assert oct((folder / "access.log").stat().st_mode & 0o777) == "0o600"


def test_the_key_of_the_records_outlives_a_rotation(folder: Path) -> None:
    with PersonStore(folder, KEY) as store:
        store.rotate(b"a new key")
    with PersonStore(folder, b"a new key") as store:
        AccessLog(store).add(THREE[0])
        assert AccessLog(store).records() == [*THREE, THREE[0]]


Lines = list[bytes]
CHANGES: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "an edited reason": (lambda old: [old[0].replace("核实".encode(), "核对".encode()), *old[1:]], "line 1 is not"),
    "an edited hash": (lambda old: [*old[:2], b"0" * 64 + old[2][64:]], "line 3 is not"),
    "a blank more": (lambda old: [old[0], old[1].replace(b": ", b":  "), old[2]], "line 2 is not"),
    "a removed first": (lambda old: old[1:], "line 1 is not"),
    "a removed middle": (lambda old: [old[0], old[2]], "line 2 is not"),
    "other order": (lambda old: [old[0], old[2], old[1]], "line 2 is not"),
    "one twice": (lambda old: [*old, old[2]], "line 4 is not"),
    "a removed last": (lambda old: old[:2], "holds 2 records, 3 were written: the end is missing"),
    "all removed": (lambda old: [], "holds 0 records, 3 were written"),
    "a cut last": (lambda old: [*old[:2], old[2][:-9]], "line 3 is cut off"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_found_and_nothing_is_added_to_it(folder: Path, name: str) -> None:
    change, said = CHANGES[name]
    log = folder / "access.log"
    log.write_bytes(b"".join(change(log.read_bytes().splitlines(keepends=True))))
    changed = log.read_bytes()

    with pytest.raises(IntegrityFailure, match=said):
        records(folder)
    with PersonStore(folder, KEY) as store, pytest.raises(IntegrityFailure, match=said):
        AccessLog(store).add(THREE[0])
    assert log.read_bytes() == changed


def test_a_log_that_is_gone_is_found(folder: Path) -> None:
    (folder / "access.log").unlink()

    with pytest.raises(IntegrityFailure, match="holds 0 records, 3 were written"):
        records(folder)


def test_an_older_copy_of_log_and_store_is_found_by_what_the_lake_keeps(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "older")
    with PersonStore(folder, KEY) as store:
        AccessLog(store).add(THREE[0])
    pinned = head(folder)
    shutil.rmtree(folder)
    (tmp_path / "older").rename(folder)

    assert records(folder) == list(THREE)
    with pytest.raises(IntegrityFailure, match="the first 4 records are not those that the lake knows of"):
        records(folder, pinned)
