"""Prefixes of the national diagnosis and operation lists, for rule rows that name them."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class CodeLists:
    """``diagnoses`` ICD-10 and ``operations`` ICD-9-CM3, 医保版: sorted full codes."""

    diagnoses: tuple[str, ...]
    operations: tuple[str, ...]

    def categories(self, first: str, last: str) -> list[str]:
        """Three-character categories from first to last."""
        return sorted({code[:3] for code in self.diagnoses if first <= code[:3] <= last})

    def subcategories(self, first: str, last: str) -> list[str]:
        """Prefixes with one decimal (J15.0) of the categories from first to last."""
        return sorted({code[:5] for code in self.diagnoses if first <= code[:3] <= last and "." in code[:4]})

    def operation_prefixes(self, first: str, last: str, length: int = 5) -> list[str]:
        """Prefixes of operation codes whose first two digits lie from first to last."""
        return sorted({code[:length] for code in self.operations if first <= code[:2] <= last})


def read_code_lists(diagnoses: Path, operations: Path) -> CodeLists:
    """Both lists from the files of lake/knowledge."""
    return CodeLists(_codes(diagnoses), _codes(operations))


def _codes(path: Path) -> tuple[str, ...]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as lines:
        return tuple(sorted(row["code"].strip() for row in csv.DictReader(lines)))


def joined_draws(entries: list[str], count: int, low: int, high: int, rng: np.random.Generator) -> list[str]:
    """``count`` texts of low … high different entries."""
    sizes = rng.integers(low, min(high, len(entries)) + 1, count)
    starts = rng.integers(0, len(entries), count)
    return [
        ";".join(dict.fromkeys(entries[(start + step * 7) % len(entries)] for step in range(size)))
        for start, size in zip(starts, sizes, strict=True)
    ]
