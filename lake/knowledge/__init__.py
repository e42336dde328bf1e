"""The public data files that come with the project; where they come from is in ORIGIN.md."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def national_points() -> Path:
    """The published points of the national 知识库/规则库: one row a point, CSV in gzip."""
    return FOLDER / "nhsa_two_libraries.csv.gz"


def icd10() -> Path:
    """ICD-10 医保版: code, name, CSV in gzip."""
    return FOLDER / "icd10_yb.csv.gz"


def icd9cm3() -> Path:
    """ICD-9-CM3 医保版 operations: code, name, CSV in gzip."""
    return FOLDER / "icd9cm3_yb.csv.gz"
