"""Reading the published points, and which of them stand: the newest of points that supersede each other."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lake.errors import BadInput

COLUMNS = (
    "kp_id",
    "rule_class",
    "gz_code",
    "item_name",
    "constraint",
    "med_codes",
    "batch",
    "published_at",
    "supersedes",
    "source_file",
    "source_row",
)


@dataclass(frozen=True)
class Point:
    """One published point (知识点): an item, its codes and the text that limits it."""

    kp_id: str
    rule_class: str
    gz_code: str
    item: str
    text: str
    codes: tuple[str, ...]
    batch: str
    published_at: str
    supersedes: tuple[str, ...]
    source: str
    place: int  # position in the file, the order of points of one date


def read_points(path: Path) -> list[Point]:
    """All points of the file (CSV, gzip if it ends in .gz) in its order; BadInput if a column is missing."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise BadInput(f"{path.name}: column {missing[0]} is missing; needed are {', '.join(COLUMNS)}")
        return [_point(row, place) for place, row in enumerate(reader)]


def _point(row: dict[str, str], place: int) -> Point:
    codes = (code.strip() for code in row["med_codes"].split(";"))
    return Point(
        kp_id=row["kp_id"],
        rule_class=row["rule_class"],
        gz_code=row["gz_code"],
        item=row["item_name"].strip(),
        text=" ".join(row["constraint"].split()),
        codes=tuple(dict.fromkeys(code for code in codes if code)),
        batch=row["batch"],
        published_at=row["published_at"],
        supersedes=_superseded_ids(row["supersedes"]),
        source=f"{row['source_file']} 第{row['source_row']}行" if row["source_row"] else row["source_file"],
        place=place,
    )


def _superseded_ids(text: str) -> tuple[str, ...]:
    """The column holds JSON: one identifier as a string, or a list of them; empty = none."""
    if not text.strip():
        return ()
    value = json.loads(text)
    return (value,) if isinstance(value, str) else tuple(value)


def standing(points: Iterable[Point]) -> tuple[list[Point], dict[str, str]]:
    """The points that stand, in file order, and for each other one the point that took its place.

    A superseded point is out, also along a chain. Of several points that supersede the same one the newest stands
    (publication date, then place in the file; the early batches carry no date and are older than any date).
    """
    newest_first = sorted(points, key=lambda point: (point.published_at, point.place), reverse=True)
    replaced: dict[str, str] = {}
    for point in newest_first:
        for old in point.supersedes:
            if replaced.get(point.kp_id) == old:
                continue  # they name each other: the newer one stands
            if old not in replaced:
                replaced[old] = point.kp_id
            elif replaced[old] != point.kp_id and point.kp_id not in replaced:
                replaced[point.kp_id] = replaced[old]
    kept = [point for point in newest_first if point.kp_id not in replaced]
    return sorted(kept, key=lambda point: point.place), replaced
