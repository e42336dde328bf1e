"""The groups that demo codes are drawn from: names, doses, prices and the diagnoses of each (words/*.csv)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "words"


@dataclass(frozen=True)
class DrugGroup:
    """A pharmacological group; labels are ICD-10 prefixes and ranges; sex 1, 2 or empty."""

    group: str
    drug_class: str
    stem: str
    unit: str
    doses: tuple[str, ...]
    packs: tuple[int, ...]
    price_low: float
    price_high: float
    sex: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class ItemGroup:
    """A chapter of services or consumables; oprn: operation code prefixes that go with it."""

    group: str
    names: tuple[str, ...]
    price_low: float
    price_high: float
    chrgitm: str
    oprn: tuple[str, ...]
    labels: tuple[str, ...]


def _rows(name: str) -> list[dict[str, str]]:
    with (WORDS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


@cache
def drug_groups(name: str) -> tuple[DrugGroup, ...]:
    """The groups of drug_groups (western) or tcm_groups (Chinese patent) in file order."""
    return tuple(
        DrugGroup(
            group=row["group"],
            drug_class=row["drug_class"],
            stem=row["stem"],
            unit=row["unit"],
            doses=_split(row["doses"]),
            packs=tuple(int(pack) for pack in _split(row["packs"])),
            price_low=float(row["price_low"]),
            price_high=float(row["price_high"]),
            sex=row["sex"],
            labels=_split(row["labels"]),
        )
        for row in _rows(name)
    )


@cache
def item_groups(name: str) -> tuple[ItemGroup, ...]:
    """The groups of item_groups (services) or consumable_groups in file order."""
    return tuple(
        ItemGroup(
            group=row["group"],
            names=_split(row["names"]),
            price_low=float(row["price_low"]),
            price_high=float(row["price_high"]),
            chrgitm=row.get("chrgitm", "08"),
            oprn=_split(row.get("oprn", "")),
            labels=_split(row["labels"]),
        )
        for row in _rows(name)
    )


@cache
def opsp_diseases() -> tuple[tuple[str, str], ...]:
    """Outpatient special diseases of the demo: code and name."""
    return tuple((row["code"], row["name"]) for row in _rows("opsp_diseases"))
