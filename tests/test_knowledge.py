"""The data files are the ones that ORIGIN.md describes."""

import csv
import gzip
import hashlib
from pathlib import Path

import pytest

from lake import knowledge

ORIGIN = (knowledge.FOLDER / "ORIGIN.md").read_text(encoding="utf-8")
FILES = (knowledge.national_points(), knowledge.icd10(), knowledge.icd9cm3())
CELLS = [[cell.strip() for cell in line.strip("| ").split("|")] for line in ORIGIN.splitlines() if line[:3] == "| `"]


def _said(file: Path, is_wanted: type) -> str:
    """What ORIGIN.md says of a file: its rows (in the table of four columns) or its digest (in that of two)."""
    columns = 4 if is_wanted is int else 2
    return next(cells[1] for cells in CELLS if cells[0] == f"`{file.name}`" and len(cells) == columns)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_has_the_rows_that_its_origin_states(file: Path) -> None:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        rows = sum(1 for _ in csv.DictReader(text))
    assert rows == int(_said(file, int).replace(",", ""))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_has_the_digest_that_its_origin_states(file: Path) -> None:
    assert hashlib.sha256(file.read_bytes()).hexdigest() == _said(file, str)


def test_every_data_file_has_an_origin() -> None:
    assert sorted(knowledge.FOLDER.glob("*.csv.gz")) == sorted(FILES)
