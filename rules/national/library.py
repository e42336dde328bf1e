"""Import of the published points: typed rule rows, and the list of what their texts do not decide."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from rules.catalogue import RULE_TYPES
from rules.national.points import Point, read_points, standing
from rules.national.readings import Reading, read_point
from rules.national.rows import rule_row, stable_id


class Left(NamedTuple):
    """What one point does not decide; ``made_rows``: another part of its text did become rows."""

    kp_id: str
    rule_class: str
    item: str
    reason: str
    made_rows: bool


@dataclass(frozen=True)
class ClassCount:
    """One line of the report: a class of points and what became of them."""

    rule_class: str
    rule_type_id: str
    points: int
    superseded: int
    with_rows: int
    rows: int
    reasons: dict[str, int]


@dataclass
class NationalImport:
    """Rows of each rule type in file format and catalogue order, the list of what is left, and the report's lines."""

    rules: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    classes: list[ClassCount] = field(default_factory=list)


def import_points(path: Path) -> NationalImport:
    """Every standing point of the file read by its class; a row that a newer point made already is made once."""
    points = read_points(path)
    kept, replaced = standing(points)
    result = NationalImport()
    rows: dict[str, dict[tuple[str, ...], dict[str, str]]] = {}
    made: dict[str, int] = {}
    # Newest first: of identical rows the newest point's stays.
    for point in sorted(kept, key=lambda point: (point.published_at, point.place), reverse=True):
        reading = read_point(point)
        new = made[point.kp_id] = _add_rows(point, reading, rows)
        reason = reading.left if new or not reading.params else "every row of it comes from a newer point too"
        if reason:
            result.left.append(Left(point.kp_id, point.rule_class, point.item, reason, new > 0))
    places = {point.kp_id: point.place for point in points}
    result.left.sort(key=lambda left: places[left.kp_id])
    for rule_type_id in (name for name in RULE_TYPES if name in rows):
        result.rules[rule_type_id] = sorted(rows[rule_type_id].values(), key=lambda row: row["rule_id"])
    result.classes = _class_counts(points, replaced, made, result.left)
    return result


def _class_counts(points: list[Point], replaced: dict[str, str], made: dict[str, int], left: list[Left]) -> list[ClassCount]:
    """One count for each class, in the order of the file."""
    counts = []
    for rule_class in dict.fromkeys(point.rule_class for point in points):
        own = [point for point in points if point.rule_class == rule_class]
        rows = [made[point.kp_id] for point in own if point.kp_id in made]
        reasons = Counter(one.reason for one in left if one.rule_class == rule_class)
        types = (read_point(point).rule_type_id for point in own)
        counts.append(
            ClassCount(
                rule_class=rule_class,
                rule_type_id=next(filter(None, types), ""),
                points=len(own),
                superseded=sum(point.kp_id in replaced for point in own),
                with_rows=sum(count > 0 for count in rows),
                rows=sum(rows),
                reasons=dict(reasons.most_common()),
            )
        )
    return counts


def _add_rows(point: Point, reading: Reading, rows: dict[str, dict[tuple[str, ...], dict[str, str]]]) -> int:
    """Adds the rows of one point that no newer point made; how many they are."""
    if not reading.params:
        return 0
    rule_type = RULE_TYPES[reading.rule_type_id]
    known = rows.setdefault(reading.rule_type_id, {})
    before = len(known)
    for params in reading.params:
        content = tuple(params.get(param.name, "") for param in rule_type.params)
        if content not in known:
            known[content] = _row(point, reading.rule_type_id, params)
    return len(known) - before


def _row(point: Point, rule_type_id: str, params: dict[str, str]) -> dict[str, str]:
    targets = (params.get(name, "") for name in ("med_list_codg", "item_codes", "group_a", "group_b"))
    published = f"，{point.published_at}公布" if point.published_at else ""
    return rule_row(
        RULE_TYPES[rule_type_id],
        stable_id(rule_type_id, point.kp_id, *filter(None, targets)),
        params,
        gz_code=point.gz_code,
        src_doc=f"国家医保局两库 {point.batch}{published}：{point.source}（{point.kp_id}）",
        tip=f"{point.item}：{point.text}",
        origin="official",
    )
